create type order_state as enum ('new', 'paid', 'shipped', 'cancelled');
create domain email_address as text check (value ~ '@');
create table customer (
  id int primary key,
  name text not null,
  email email_address,
  city text,
  parent_id int references customer (id),
  code varchar(10) unique,
  active boolean not null default true,
  vip boolean,
  created_at timestamptz not null
);
create table product (
  id int primary key,
  sku text not null unique,
  price numeric(10,2) not null check (price >= 0),
  weight float8,
  category text,
  discontinued_on date
);
create table orders (
  id int primary key,
  customer_id int references customer (id),
  seller_id int not null references customer (id),
  state order_state not null,
  note text,
  qty int not null,
  total numeric,
  placed_at timestamp not null,
  shipped_at timestamptz,
  tags text[],
  payload jsonb,
  period tstzrange
);
create table item (
  order_id int not null references orders (id),
  line int not null,
  product_id int references product (id),
  qty int,
  amount numeric,
  primary key (order_id, line)
);
create table event (
  id bigint primary key,
  kind text,
  actor int,
  at timestamptz,
  local timestamp,
  day date,
  data jsonb,
  score float8
);
create table audit_log (ref int, ref2 int, message text);
create table staff (id int primary key, boss int, dept text not null, salary int, hired date not null);
create view paid_orders as select id, customer_id, total from orders where state = 'paid';
create table tariff (
  id int primary key,
  code char(5),
  name varchar(20),
  rate numeric,
  share numeric(6,3),
  ratio float8,
  size smallint,
  marks int[],
  doc jsonb,
  starts date,
  ends date,
  moment timestamptz,
  wall timestamp,
  span interval,
  hour time
);
create sequence ticket;
create view stamped as select id, moment < clock_timestamp() as late from tariff;
create collation nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table label (id int primary key, word text collate nocase not null, plain text, grp int);
create table base_doc (id int primary key, kind text not null, size int);
create table sub_doc (extra int) inherits (base_doc);
create table metric (id int not null, day date not null, val numeric, primary key (id, day)) partition by range (day);
create table metric_old partition of metric for values from (minvalue) to ('2024-01-01');
create table metric_new partition of metric for values from ('2024-01-01') to (maxvalue);
create table secret (id int primary key, owner text not null, amount int);
alter table secret enable row level security;
create policy own on secret using (owner = current_user);
create table secret_use (id int primary key, secret_id int not null references secret (id));
create view open_secret with (security_barrier) as select id, amount from secret where amount > 0;
create view open_label with (security_barrier) as select id, grp from label where grp > 0;
