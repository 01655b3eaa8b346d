alter table orders add column draw float8 default random();
