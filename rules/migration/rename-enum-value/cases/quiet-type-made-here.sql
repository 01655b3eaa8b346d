create type size as enum ('s', 'm');
alter type size rename value 's' to 'small';
