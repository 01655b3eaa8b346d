alter table order_lines add column id bigserial;
