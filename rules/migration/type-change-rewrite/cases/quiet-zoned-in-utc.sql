set timezone = 'UTC';
alter table orders alter column paid_at type timestamp;
