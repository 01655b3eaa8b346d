-- postgres: 13
create or replace trigger touch_orders before update on orders for each row execute function touch();
