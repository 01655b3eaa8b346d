SELECT f.id, f.score FROM article_feedback f JOIN accounts a ON a.id = f.account_id
