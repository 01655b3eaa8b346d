create domain code as text check (length(value) = 3);
