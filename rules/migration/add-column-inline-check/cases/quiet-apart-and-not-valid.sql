alter table orders add column weight int;
alter table orders add constraint weight_positive check (weight > 0) not valid;
alter table orders validate constraint weight_positive;
