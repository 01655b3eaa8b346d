-- postgres: 11
begin;
alter type mood add value 'happy';
commit;
