-- customer_address_history_of_the_north_american_sales_region rows=5000000 city.distinct=2000 zip.distinct=30000
create table customer_address_history_of_the_north_american_sales_region (id bigint primary key, city text, zip text);
-- statement calls=100 meanMs=10
select id from customer_address_history_of_the_north_american_sales_region where city = $1 and zip = $2;
-- expect
note public.customer_address_history_of_the_north_american_sales_region
create statistics public.customer_address_history_of_the_north_american_sal_city_zip_stx (dependencies, mcv) on "city", "zip" from public.customer_address_history_of_the_north_american_sales_region;
analyze public.customer_address_history_of_the_north_american_sales_region
