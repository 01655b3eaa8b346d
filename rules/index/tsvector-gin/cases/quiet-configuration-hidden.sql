-- articles rows=600000
create table articles (id bigint primary key, body text not null);
-- statement
select id from articles where to_tsvector($1, body) @@ plainto_tsquery($2, $3);
-- expect exactly
