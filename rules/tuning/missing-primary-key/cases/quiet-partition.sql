-- part rows=50000
create table whole (id bigint not null, at date not null) partition by range (at);
create table part partition of whole for values from ('2026-01-01') to ('2026-02-01');
