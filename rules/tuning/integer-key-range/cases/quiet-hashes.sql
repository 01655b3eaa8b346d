-- page rows=1000000 url_hash.range=-2147000000..2147000000
create table page (id bigint primary key, url_hash int not null unique);
