-- "LogLine" rows=400000000 deletes=80000000 When.correlation=0.999 When.range=2025-10-01..2025-12-31
create table "LogLine" ("When" date not null, message text);
-- statement calls=30 meanMs=90000
delete from "LogLine" where "When" < $1;
-- expect
note public."LogLine".When
create table public."LogLine_partitioned" (like public."LogLine" including defaults including constraints including generated including storage) partition by range ("When");
create table public."LogLine_p2026_01_12" partition of public."LogLine_partitioned" for values from ('2026-01-12') to ('2026-01-19');
create table public."LogLine_p2026_01_19" partition of public."LogLine_partitioned" for values from ('2026-01-19') to ('2026-01-26');
create table public."LogLine_p2026_01_26" partition of public."LogLine_partitioned" for values from ('2026-01-26') to ('2026-02-02')
