-- item rows=500000
create table item (id bigint primary key, "Äußerungen_über_Überführungsstücke_öffentl" jsonb not null);
-- statement calls=100 meanMs=50
select id from item where "Äußerungen_über_Überführungsstücke_öffentl" ->> '1st_state_of_the_transport' = 'done';
-- statement calls=100 meanMs=50
select count(*) from item where "Äußerungen_über_Überführungsstücke_öffentl" ->> '1st_state_of_the_transport' = 'open';
-- expect
note public.item.Äußerungen_über_Überführungsstücke_öffentl
alter table public.item add column "Äußerungen_über_Überführungsst_1st_state_of_the_transport" text generated always as (("Äußerungen_über_Überführungsstücke_öffentl" ->> '1st_state_of_the_transport')) stored;
create index concurrently on public.item ("Äußerungen_über_Überführungsst_1st_state_of_the_transport")
