SELECT r.id, r.amount_cents FROM refunds r JOIN invoices i ON i.id = r.invoice_id
