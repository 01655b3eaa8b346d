create materialized view totals as select customer_id, sum(total) as total from orders group by 1;
create unique index totals_key on totals (customer_id);
-- migration
refresh materialized view concurrently totals;
