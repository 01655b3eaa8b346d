create domain code as text default 'x';
