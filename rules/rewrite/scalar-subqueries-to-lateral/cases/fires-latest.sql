create table users (id int primary key, name text not null);
create table post (id int primary key, user_id int not null, at timestamp, title text);
insert into users select n, 'u' || n from generate_series(1, 12) n;
insert into post select n, n % 9, timestamp '2024-01-01' + n % 13 * interval '1 day', 't' || n % 5 from generate_series(1, 90) n;
-- statement
select u.id, (select p.title from post p where p.user_id = u.id order by p.at desc, p.id limit 1), (select p.at from post p where p.user_id = u.id order by p.at desc, p.id limit 1) as seen from users u order by u.id;
-- expect
select u.id, looked_up.value_1 as title, looked_up.value_2 as seen from users u left join lateral (select p.title as value_1, p.at as value_2 from post p where p.user_id = u.id order by p.at desc, p.id limit 1) looked_up on true order by u.id;
