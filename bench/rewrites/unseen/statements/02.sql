SELECT "tickets"."id", "tickets"."number", "tickets"."subject" FROM "tickets" WHERE ("tickets"."opened_at" AT TIME ZONE 'UTC')::date = '2024-09-02'::date ORDER BY "tickets"."opened_at" ASC
