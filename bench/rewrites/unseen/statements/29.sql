SELECT (SELECT count(*) FROM tickets WHERE closed_at IS NULL) AS unresolved,
       (SELECT count(*) FROM tickets WHERE priority = 3) AS urgent,
       (SELECT count(*) FROM tickets WHERE channel = 'fax') AS by_fax
