create domain size as text;
