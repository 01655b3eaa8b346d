create table copies as select * from orders;
