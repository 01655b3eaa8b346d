create table person (id bigint primary key, name text, gone boolean);
create index a on person (name);
create index b on person (name text_pattern_ops);
create index c on person (name collate "C");
create index d on person (name) where not gone;
create index e on person using hash (name);
create index f on person (name desc nulls last);
