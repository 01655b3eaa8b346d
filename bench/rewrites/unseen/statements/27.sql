SELECT i.id, i.serial_no, i.status FROM invoices i WHERE substring(i.serial_no from 1 for 12) = 'INV-2024-000'
