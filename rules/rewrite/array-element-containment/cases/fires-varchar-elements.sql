create table issue (id int primary key, labels text[], sizes int[], words varchar(20)[]);
insert into issue values (1, '{bug,ui}', '{1,2}', '{a}'), (2, '{ui}', '{2,3}', '{b}'), (3, '{}', '{}', '{}'), (4, null, null, null), (5, '{bug,null}', '{1,null}', '{a,null}'), (6, '{{bug,x},{y,z}}', null, null);
-- statement
select id from issue where 'a' = any(words);
-- expect
select id from issue where words @> array['a']::varchar[];
