create table address (id bigint primary key, city text, zip text);
create statistics a1 (mcv) on city, zip from address;
create statistics a2 (mcv) on city, zip from address;
-- expect
note public.a2
drop statistics public.a2
