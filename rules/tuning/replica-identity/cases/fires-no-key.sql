-- entry rows=1000 published=yes
create table entry (no bigint not null, note text);
create unique index entry_no on entry (no);
-- expect
warning public.entry
alter table public.entry replica identity using index entry_no
