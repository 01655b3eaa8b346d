create domain code as text not null;
