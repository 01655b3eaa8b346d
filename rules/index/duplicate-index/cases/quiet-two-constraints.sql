create table person (id bigint primary key, constraint person_id_key unique (id));
