-- discourse
alter table post_search_data alter post_id set not null, add unique (post_id);
alter table category_users alter user_id set not null;
alter table group_users alter user_id set not null, alter group_id set not null, add unique (group_id, user_id);
alter table post_timings alter msecs type int using 0, alter msecs set not null;
alter table posts alter avg_time type int using 0, alter topic_id set not null;
-- gitlab
alter table issues add unique (project_id, iid);
alter table project_repository_states alter project_id set not null, add unique (project_id), add foreign key (project_id) references projects (id);
alter table users_star_projects alter project_id set not null, alter user_id set not null, add unique (user_id, project_id);
-- spree
alter table spree_variants alter count_on_hand type int using 0;
-- lobsters
alter table comments alter story_id set not null;
alter table hidden_stories alter story_id set not null, alter user_id set not null, add unique (user_id, story_id);
