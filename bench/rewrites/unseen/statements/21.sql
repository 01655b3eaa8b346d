SELECT COUNT(*) AS "__count" FROM "tickets" WHERE 'vip' = ANY("tickets"."labels")
