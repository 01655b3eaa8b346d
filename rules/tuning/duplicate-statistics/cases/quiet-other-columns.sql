create table address (id bigint primary key, city text, zip text, street text);
create statistics a1 (mcv) on city, zip from address;
create statistics a2 (mcv) on city, street from address;
create statistics a3 (dependencies) on city, zip from address;
