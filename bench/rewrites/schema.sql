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
