alter table customers add exclude (email with =);
