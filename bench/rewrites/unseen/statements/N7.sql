SELECT x.ticket_id, x.body FROM (SELECT r.ticket_id, r.body, rank() OVER (PARTITION BY r.ticket_id ORDER BY r.written_at DESC) AS rk FROM replies r) x WHERE x.rk = 1
