-- postgres: 17
alter table orders add constraint p check (total > 0) not enforced;
