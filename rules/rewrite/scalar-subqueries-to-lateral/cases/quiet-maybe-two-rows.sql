create table users (id int primary key, name text not null);
create table post (id int primary key, user_id int not null, at timestamp, title text);
insert into users select n, 'u' || n from generate_series(1, 12) n;
insert into post select n, n % 9, timestamp '2024-01-01' + n % 13 * interval '1 day', 't' || n % 5 from generate_series(1, 90) n;
-- statement
select u.id, (select p.title from post p where p.user_id = u.id and p.id < 9), (select p.at from post p where p.user_id = u.id and p.id < 9) from users u;
