-- hardware memoryBytes=68719476736
-- context databaseBytes=90000000
-- settings shared_buffers=128MB
-- database blocksRead=90000000 blocksHit=400000000
create table t (id int primary key);
