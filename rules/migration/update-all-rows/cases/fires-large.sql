-- orders rows=9000000
-- migration
update orders set note = upper(note);
