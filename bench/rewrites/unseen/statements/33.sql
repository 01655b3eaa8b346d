SELECT id FROM accounts WHERE is_agent EXCEPT SELECT requester_id FROM tickets
