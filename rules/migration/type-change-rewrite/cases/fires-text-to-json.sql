alter table orders alter column note type jsonb using note::jsonb;
