-- wal bytes=50000000 fullPageImages=5000 records=2000000
create table t (id int primary key);
