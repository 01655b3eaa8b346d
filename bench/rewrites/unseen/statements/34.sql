SELECT a.id, a.full_name FROM accounts a WHERE a.workspace_id = 12 AND lower(a.email) = lower('USER11@mail11.example')
