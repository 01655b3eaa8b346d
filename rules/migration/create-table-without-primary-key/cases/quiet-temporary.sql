create temp table notes (body text);
