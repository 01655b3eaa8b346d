create type size as enum ();
