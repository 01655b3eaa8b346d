create table ones as select 1 as one;
