create table letters (id bigint primary key, answers bigint);
do $$ begin alter table "letters" add constraint l foreign key (answers) references letters (id); exception when duplicate_object then null; end $$;
create index on letters (answers);
