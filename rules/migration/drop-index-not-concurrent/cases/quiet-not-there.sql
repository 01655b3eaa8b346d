drop index if exists no_such_idx;
