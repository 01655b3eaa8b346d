create index a_idx on orders (note);
create index b_idx on orders (total);
-- migration
drop index concurrently a_idx;
drop index concurrently b_idx;
