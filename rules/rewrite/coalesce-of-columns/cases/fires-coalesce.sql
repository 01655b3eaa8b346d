-- bind m2
create table contact (id int primary key, mobile text, phone text, score int, base int not null);
insert into contact select n, nullif('m' || n % 5, 'm0'), nullif('m' || n % 3, 'm1'), nullif(n % 4, 0), n % 3 from generate_series(1, 60) n;
-- statement
select id from contact where coalesce(mobile, phone) = $1;
-- expect
select id from contact where mobile = $1 or (mobile is null and phone = $1);
