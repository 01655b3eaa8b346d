-- postgres: 13
alter table orders add constraint p check (total > 0) not valid;
