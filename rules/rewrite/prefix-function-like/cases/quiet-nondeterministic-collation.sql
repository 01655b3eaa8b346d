create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table item (id int primary key, code text collate ci);
-- statement
select id from item where left(code, 2) = 'A9';
