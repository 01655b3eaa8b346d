-- models rows=500000
create table models (id bigint primary key, owner_id bigint);
-- statement
select id from models where owner_id = any ($1);
