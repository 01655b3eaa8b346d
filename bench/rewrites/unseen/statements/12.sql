SELECT t.id, t.subject FROM tickets t WHERE t.assignee_id = $1 OR EXISTS (SELECT 1 FROM replies r WHERE r.ticket_id = t.id AND r.author_id = $1)
