SELECT "id", "subject" FROM "tickets" AS "Ticket" WHERE CAST("Ticket"."id" AS TEXT) = '4711'
