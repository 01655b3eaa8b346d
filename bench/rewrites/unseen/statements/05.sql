SELECT i.serial_no, i.total_cents
  FROM invoices i
 WHERE to_char(i.paid_at, 'YYYY-MM-DD') = '2024-03-05'
 ORDER BY i.serial_no
