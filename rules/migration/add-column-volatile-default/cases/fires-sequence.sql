create sequence ticket_seq;
-- migration
alter table orders add column ticket bigint default nextval('ticket_seq');
