update orders set note = 'x';
