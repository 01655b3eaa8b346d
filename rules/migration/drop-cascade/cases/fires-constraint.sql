alter table customers drop constraint customers_pkey cascade;
-- expect drop-cascade, drop-primary-key
