-- bind true
-- bind false
create table owner (id int primary key, active boolean, name text);
insert into owner select n, n % 3 = 0, 'o' || n from generate_series(1, 12) n;
create table node (id int primary key, parent int, kind int, title text, owner_id int references owner);
insert into node select n, nullif(n % 9, 0), nullif(n % 4, 0), 't' || n % 3, nullif(n % 13, 0) from generate_series(1, 60) n;
-- statement
select "public"."node"."id", "public"."node"."title" from "public"."node" where ("public"."node"."id") in (select "t0"."id" from "public"."node" as "t0" inner join "public"."owner" as "j0" on ("j0"."id") = ("t0"."owner_id") where ("j0"."active" = $1 and "t0"."id" is not null));
-- expect
select public.node.id, public.node.title from public.node where exists (select 1 from public.owner j0 where j0.id = node.owner_id and j0.active = $1);
