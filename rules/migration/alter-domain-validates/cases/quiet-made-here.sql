create domain code as text;
alter domain code add constraint short check (length(value) < 9);
