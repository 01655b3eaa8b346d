-- person rows=900000 name.distinct=-0.8
create table person (id bigint primary key, name text not null);
create index person_name on person (name text_pattern_ops);
-- statement
select * from person where name = $1;
