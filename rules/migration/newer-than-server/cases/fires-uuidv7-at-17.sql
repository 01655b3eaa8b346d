-- postgres: 17
create table letters (id uuid primary key default uuidv7());
