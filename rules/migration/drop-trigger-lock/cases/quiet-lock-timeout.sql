create trigger touch_orders before update on orders for each row execute function touch();
-- migration
set lock_timeout = '2s';
drop trigger touch_orders on orders;
