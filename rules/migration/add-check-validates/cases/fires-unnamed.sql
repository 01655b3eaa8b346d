alter table orders add check (number > 0 and total >= 0);
