SELECT sum(i.total_cents) FROM invoices i JOIN refunds r ON r.invoice_id = i.id WHERE r.amount_cents > 4000
