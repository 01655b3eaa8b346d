create trigger touch_orders before update on orders for each row execute function touch();
