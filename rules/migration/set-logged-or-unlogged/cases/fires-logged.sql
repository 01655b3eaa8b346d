create unlogged table cache (id int primary key);
-- migration
alter table cache set logged;
