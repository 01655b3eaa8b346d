create table address (id bigint primary key, city text, zip text);
create statistics address_all on city, zip from address;
create statistics address_dep (dependencies) on zip, city from address;
-- expect
note public.address_dep
drop statistics public.address_dep
