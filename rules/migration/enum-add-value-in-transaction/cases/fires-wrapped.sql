-- postgres: 11
-- runner: wrapped
alter type mood add value 'happy';
