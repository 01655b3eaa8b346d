create table users (id int primary key, name text not null);
create table post (id int primary key, user_id int not null, at timestamp, title text);
insert into users select n, 'u' || n from generate_series(1, 12) n;
insert into post select n, n % 9, timestamp '2024-01-01' + n % 13 * interval '1 day', 't' || n % 5 from generate_series(1, 90) n;
-- statement
select p.id, (select u.name from users u where u.id = p.user_id) as author, (select u.id from users u where u.id = p.user_id) from post p where p.id < 50;
-- expect
select p.id, looked_up.value_1 as author, looked_up.value_2 as id from post p left join lateral (select u.name as value_1, u.id as value_2 from users u where u.id = p.user_id) looked_up on true where p.id < 50;
