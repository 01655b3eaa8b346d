-- settings shared_buffers=128MB
-- database blocksRead=90000000 blocksHit=400000000
create table t (id int primary key);
