SELECT t.id, t.number, t.subject FROM tickets t WHERE COALESCE(t.channel, 'none') = 'fax' ORDER BY t.opened_at DESC
