SELECT t.id FROM tickets t LEFT JOIN replies r ON r.ticket_id = t.id WHERE r.author_id IS NULL AND t.state = 'escalated'
