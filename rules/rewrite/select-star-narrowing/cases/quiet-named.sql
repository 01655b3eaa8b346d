-- bind 1
-- document rows=500000 id.width=8 body.width=4000 title.width=30 owner.width=4
create table document (id bigint primary key, owner int not null, title text, body text);
insert into document select n, n % 5, 't' || n, repeat('x', 50) from generate_series(1, 40) n;
analyze;
-- statement
select id, body from document where owner = $1;
