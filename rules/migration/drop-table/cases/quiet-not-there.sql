drop table if exists no_such_table;
