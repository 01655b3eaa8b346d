alter table orders set tablespace pg_default;
