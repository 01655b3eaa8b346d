truncate orders cascade;
-- expect truncate-cascade
