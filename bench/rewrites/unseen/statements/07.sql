SELECT a.id, a.email FROM accounts a WHERE a.is_agent AND a.id NOT IN (SELECT requester_id FROM tickets)
