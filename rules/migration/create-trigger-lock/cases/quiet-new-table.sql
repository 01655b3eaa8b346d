create table t (id int primary key);
create trigger touch_t before update on t for each row execute function touch();
