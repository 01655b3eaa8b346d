alter table customers add column seq bigint generated always as identity;
