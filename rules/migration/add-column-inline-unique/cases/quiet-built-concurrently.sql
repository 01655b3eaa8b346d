alter table orders add column slug text;
create unique index concurrently orders_slug_key on orders (slug);
alter table orders add constraint orders_slug_key unique using index orders_slug_key;
