-- customer_address_history_of_the_north_american_sales_region rows=3000000 city.distinct=4000 region.distinct=300
create table customer_address_history_of_the_north_american_sales_region (id bigint primary key, city text, region text, total numeric);
-- statement calls=100 meanMs=2000
select region, city, sum(total) from customer_address_history_of_the_north_american_sales_region group by region, city;
-- expect
note public.customer_address_history_of_the_north_american_sales_region
create statistics public.customer_address_history_of_the_north_americ_city_region_groups (ndistinct) on "city", "region" from public.customer_address_history_of_the_north_american_sales_region;
analyze public.customer_address_history_of_the_north_american_sales_region
