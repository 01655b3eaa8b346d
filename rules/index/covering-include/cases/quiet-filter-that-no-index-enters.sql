-- articles rows=600000 pages=90000 tags.width=34 body.width=900
create table articles (id bigint primary key, title text not null, body text, tags text[] not null);
-- statement
select id from articles where 'postgres' = any (tags);
