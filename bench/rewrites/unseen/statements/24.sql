SELECT i.id, 'invoice' AS kind, i.total_cents AS cents FROM invoices i UNION SELECT r.id, 'refund' AS kind, r.amount_cents FROM refunds r
