SELECT "accounts"."id", "accounts"."email" FROM "accounts" WHERE COALESCE("accounts"."suspended", FALSE) = TRUE
