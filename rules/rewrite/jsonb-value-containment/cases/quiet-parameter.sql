-- bind a
create table model (id int primary key, meta jsonb);
insert into model values (1, '{"k": "a"}'), (2, '{"k": "b"}'), (3, '{"k": 5}'), (4, '{"k": "5"}'), (5, '{"k": 5.0}'), (6, '{"k": null}'), (7, '{}'), (8, null), (9, '[{"k": "a"}]'), (10, '{"k": ["a"]}'), (11, '{"x": {"k": "a"}}'), (12, '"a"'), (13, '{"k": true}'), (14, '{"k": "true"}');
-- statement
select id from model where meta ->> 'k' = $1;
