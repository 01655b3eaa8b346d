create table events_rest partition of events default;
-- events_rest rows=0
-- migration
create table events_2027 (like events including all);
alter table events attach partition events_2027 for values from ('2027-01-01') to ('2028-01-01');
