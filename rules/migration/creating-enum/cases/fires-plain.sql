create type size as enum ('s', 'm');
