update orders set note = 'x' where 1 = 1;
