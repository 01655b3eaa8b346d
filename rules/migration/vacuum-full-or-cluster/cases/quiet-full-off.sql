vacuum (full false) orders;
