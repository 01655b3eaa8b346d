-- postgres: 12
begin;
alter type mood add value 'happy';
commit;
