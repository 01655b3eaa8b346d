set lock_timeout = 2000;
create index concurrently orders_note_idx on orders (note);
