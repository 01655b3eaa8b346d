-- visits rows=4000000
create table visits (id bigint primary key, address inet not null);
create index visits_address on visits using gist (address inet_ops);
-- statement
select count(*) from visits where address << '10.0.0.0/8';
