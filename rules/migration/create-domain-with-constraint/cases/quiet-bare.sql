create domain code as text;
