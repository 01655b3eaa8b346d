SELECT t.requester_id AS person FROM tickets t WHERE t.state = 'open' UNION SELECT t.assignee_id FROM tickets t WHERE t.state = 'open'
