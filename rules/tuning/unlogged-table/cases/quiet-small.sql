-- scratch rows=50
create unlogged table scratch (id bigint primary key);
