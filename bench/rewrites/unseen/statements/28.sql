SELECT i.id, i.total_cents FROM invoices i WHERE (i.total_cents / 100) >= 899
