-- document rows=100000 toastBytes=2000000000
create table document (id bigint primary key, folder int, title text, body text);
-- statement calls=1000 rows=1000 meanMs=1
select * from document where id = $1;
