-- entry rows=50000
create table entry (at timestamptz, note text);
-- expect
note public.entry
