-- hardware memoryBytes=68719476736
-- settings shared_buffers=128MB
-- database blocksRead=90 blocksHit=400000000
create table t (id int primary key);
