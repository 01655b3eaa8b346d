drop database shop;
