-- orders rows=100
-- migration
update orders set note = 'x';
