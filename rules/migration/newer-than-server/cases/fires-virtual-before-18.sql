-- postgres: 17
alter table orders add column gross numeric generated always as (total * 1.2) virtual;
