SELECT t.id, t.subject, t.requester_id
FROM tickets t
WHERE EXTRACT(EPOCH FROM (now() - t.opened_at)) < 86400
  AND t.assignee_id IS NULL
