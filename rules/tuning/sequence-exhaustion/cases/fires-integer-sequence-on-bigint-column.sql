-- sequence ticket_no lastValue=1900000000
create table ticket (id bigint primary key);
create sequence ticket_no as integer;
alter table ticket alter column id set default nextval('ticket_no');
-- expect
error public.ticket_no
alter sequence public.ticket_no as bigint
