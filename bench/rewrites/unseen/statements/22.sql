SELECT t.id, t.subject, t.opened_at FROM tickets t WHERE (t.opened_at < $1 OR (t.opened_at = $1 AND t.id < $2)) ORDER BY t.opened_at DESC, t.id DESC LIMIT 50
