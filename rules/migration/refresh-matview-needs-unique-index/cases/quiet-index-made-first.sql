create materialized view totals as select customer_id, sum(total) as total from orders group by 1;
-- migration
create unique index concurrently totals_key on totals (customer_id);
refresh materialized view concurrently totals;
