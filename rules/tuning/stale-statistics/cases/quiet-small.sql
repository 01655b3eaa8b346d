-- country rows=200 live=200 modified=200 lastAnalyzeDays=100
create table country (id int primary key);
