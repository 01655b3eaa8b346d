-- country rows=250
create table country (code text primary key, continent text not null);
-- statement
select * from country where continent = $1;
