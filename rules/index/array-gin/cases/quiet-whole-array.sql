-- models rows=500000
create table models (id bigint primary key, tags text[] not null);
-- statement
select id from models where tags = array['nlp'];
