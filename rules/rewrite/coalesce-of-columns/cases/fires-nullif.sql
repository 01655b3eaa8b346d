create table contact (id int primary key, mobile text, phone text, score int, base int not null);
insert into contact select n, nullif('m' || n % 5, 'm0'), nullif('m' || n % 3, 'm1'), nullif(n % 4, 0), n % 3 from generate_series(1, 60) n;
-- statement
select id from contact where nullif(score, base) = 1 and id > 2;
-- expect
select id from contact where score = 1 and (base <> 1 or base is null) and id > 2;
