create trigger touch_orders before update on orders for each row execute function touch();
-- migration
drop trigger touch_orders on orders;
