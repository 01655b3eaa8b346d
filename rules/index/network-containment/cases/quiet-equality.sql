-- visits rows=4000000
create table visits (id bigint primary key, address inet not null);
-- statement
select count(*) from visits where address = $1;
