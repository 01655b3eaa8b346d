begin;
alter table orders add column weight int;
commit;
create index concurrently orders_weight_idx on orders (weight);
