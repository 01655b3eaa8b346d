SELECT i.id, i.serial_no FROM invoices i WHERE i.total_cents > 3 * (SELECT avg(j.total_cents) FROM invoices j WHERE j.workspace_id = i.workspace_id)
