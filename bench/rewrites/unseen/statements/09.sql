SELECT DISTINCT "accounts".* FROM "accounts" INNER JOIN "tickets" ON "tickets"."requester_id" = "accounts"."id" WHERE "accounts"."is_agent" = TRUE AND "tickets"."closed_at" IS NOT NULL
