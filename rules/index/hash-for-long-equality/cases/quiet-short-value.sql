-- page rows=3000000 code.width=6 code.distinct=-1
create table page (id bigint primary key, code text not null);
-- statement
select * from page where code = $1;
