alter table orders alter column total drop not null, alter column total drop default;
