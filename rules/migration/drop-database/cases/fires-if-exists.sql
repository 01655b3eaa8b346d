drop database if exists shop with (force);
