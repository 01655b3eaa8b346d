set lock_timeout = '5s';
create index concurrently orders_note_idx on orders (note);
