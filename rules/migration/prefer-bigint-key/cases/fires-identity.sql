create table notes (id int generated always as identity, primary key (id));
