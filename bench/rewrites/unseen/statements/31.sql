SELECT t.id, t.subject, a.full_name FROM tickets t JOIN accounts a ON a.id = t.requester_id WHERE t.external_ref = 'EXT-2000' OR (a.workspace_id = 7 AND a.email = 'user6@mail6.example')
