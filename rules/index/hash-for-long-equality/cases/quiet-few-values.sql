-- page rows=3000000 kind.width=40 kind.distinct=12
create table page (id bigint primary key, kind text not null);
-- statement
select * from page where kind = $1;
