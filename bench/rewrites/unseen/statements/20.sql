SELECT id, subject FROM tickets WHERE custom->>'region' = 'r17'
