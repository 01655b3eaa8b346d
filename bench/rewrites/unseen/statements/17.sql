SELECT DISTINCT "tickets"."state" FROM "tickets" ORDER BY "tickets"."state" ASC
