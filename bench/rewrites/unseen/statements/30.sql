SELECT w.id, w.name, x.total FROM workspaces w JOIN (SELECT workspace_id, sum(total_cents) AS total FROM invoices GROUP BY workspace_id) x ON x.workspace_id = w.id WHERE w.slug = 'ws-17'
