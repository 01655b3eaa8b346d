SELECT "invoices".* FROM "invoices" ORDER BY "invoices"."id" ASC LIMIT 50 OFFSET 30000
