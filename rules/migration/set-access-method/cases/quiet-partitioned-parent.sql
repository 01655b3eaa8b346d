alter table events set access method columnar;
