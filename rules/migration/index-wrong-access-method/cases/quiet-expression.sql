create index concurrently orders_kind_idx on orders ((payload ->> 'kind'));
analyze orders;
