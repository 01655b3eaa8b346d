set lock_timeout = '5s';
alter table orders add column weight int;
set lock_timeout = 0;
create index concurrently orders_note_idx on orders (note);
