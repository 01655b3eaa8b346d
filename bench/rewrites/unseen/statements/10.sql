SELECT w.id, w.name FROM workspaces w WHERE (SELECT COUNT(*) FROM tickets t WHERE t.workspace_id = w.id AND t.state = 'closed') > 0 ORDER BY w.name
