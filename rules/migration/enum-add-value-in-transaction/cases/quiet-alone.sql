-- postgres: 11
alter type mood add value 'happy';
