SELECT "tickets".* FROM "tickets" LEFT OUTER JOIN "replies" ON "replies"."ticket_id" = "tickets"."id" WHERE "replies"."id" IS NULL AND "tickets"."state" = 'escalated'
