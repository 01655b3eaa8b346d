begin;
lock table orders in share mode;
commit;
