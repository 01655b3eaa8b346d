create table entry (no bigint not null, note text);
