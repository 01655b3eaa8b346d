begin;
lock table orders in row share mode;
commit;
