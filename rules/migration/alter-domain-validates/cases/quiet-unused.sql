alter domain label add constraint short check (length(value) < 80);
