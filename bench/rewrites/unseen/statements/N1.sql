SELECT a.id, a.email FROM accounts a WHERE a.id NOT IN (SELECT t.assignee_id FROM tickets t)
