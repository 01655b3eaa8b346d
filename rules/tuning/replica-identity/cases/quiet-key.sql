-- account rows=1000 published=yes
create table account (id bigint primary key, note text);
