create materialized view totals as select customer_id, sum(total) as total from orders group by 1;
-- migration
refresh materialized view concurrently totals;
