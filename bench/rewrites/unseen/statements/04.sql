SELECT date_trunc('day', t.opened_at AT TIME ZONE 'Europe/Berlin') AS day,
       count(*) AS opened   -- per local day
FROM tickets t
WHERE date_trunc('month', t.opened_at AT TIME ZONE 'Europe/Berlin') = timestamp '2024-05-01'
GROUP BY 1
ORDER BY 1
