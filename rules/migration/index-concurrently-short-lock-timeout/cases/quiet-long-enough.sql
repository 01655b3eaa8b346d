set lock_timeout = '10min';
create index concurrently orders_note_idx on orders (note);
