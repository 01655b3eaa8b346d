-- addresses rows=900000 is_default.distinct=2 is_default.common=f:0.8|t:0.2 customer_id.distinct=200000
create table addresses (id bigint primary key, customer_id bigint not null, is_default boolean not null, line text);
-- statement
select line from addresses where customer_id = $1 and is_default = true;
-- expect
create index on public.addresses (customer_id) where is_default;
