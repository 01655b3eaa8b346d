-- context countingDays=unknown
-- event rows=200000000 inserts=10000000
create table event (id bigint primary key, at timestamptz);
