alter table customers add column parent_id bigint;
create index concurrently on customers (parent_id);
alter table customers add constraint parent foreign key (parent_id) references customers (id) not valid;
