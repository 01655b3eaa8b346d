SELECT r.id, r.ticket_id, r.body FROM replies r WHERE r.written_at = (SELECT max(x.written_at) FROM replies x WHERE x.ticket_id = r.ticket_id AND NOT x.is_private)
