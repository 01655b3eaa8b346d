-- hardware storage=ssd
-- settings random_page_cost=1.1
create table t (id int primary key);
