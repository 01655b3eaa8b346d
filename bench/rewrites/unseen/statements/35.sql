SELECT a.id, a.email FROM accounts a WHERE a.phone LIKE '%19998'
