alter table orders alter column note type text using lower(note);
