SELECT t.id FROM tickets t WHERE t.opened_at + interval '1 month' > timestamptz '2025-02-28 00:00+00'
