create unlogged table cache (id int primary key);
alter table cache set logged;
