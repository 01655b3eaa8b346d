alter table orders replica identity default;
