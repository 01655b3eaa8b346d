SELECT DISTINCT lc.note, lc.email FROM legacy_contacts lc JOIN accounts a ON a.nickname = lc.ref
