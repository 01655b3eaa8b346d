-- runner: wrapped
alter type mood add value 'happy';
alter table customers add column feels mood default 'happy';
