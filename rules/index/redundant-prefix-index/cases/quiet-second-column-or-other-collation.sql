create table orders (id bigint primary key, a text, b text);
create index narrow on orders (b);
create index wide on orders (a, b);
create index narrow_c on orders (a collate "C");
create index narrow_pattern on orders (a text_pattern_ops);
