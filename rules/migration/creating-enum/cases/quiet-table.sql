create table sizes (name text primary key);
