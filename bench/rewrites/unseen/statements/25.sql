SELECT t.id, t.subject FROM tickets t JOIN workspaces w ON w.id = t.workspace_id JOIN inboxes i ON i.id = t.inbox_id WHERE i.kind = 'chat'
