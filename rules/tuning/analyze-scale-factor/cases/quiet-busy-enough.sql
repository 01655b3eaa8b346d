-- context countingDays=10
-- event rows=2000000 inserts=9000000
create table event (id bigint primary key, at timestamptz);
