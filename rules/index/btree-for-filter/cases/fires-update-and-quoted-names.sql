-- "Account" rows=300000 Tenant.distinct=2000
create table "Account" (id bigint primary key, "Tenant" bigint not null, active boolean);
-- statement
update "Account" set active = false where "Tenant" = $1;
-- expect exactly
create index on public."Account" ("Tenant")
