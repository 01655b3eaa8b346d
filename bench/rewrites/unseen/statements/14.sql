SELECT a.id, a.title,
  (SELECT COUNT(*) FROM article_feedback f WHERE f.article_id = a.id) AS feedback_count,
  (SELECT AVG(f.score) FROM article_feedback f WHERE f.article_id = a.id) AS avg_score
FROM articles a
WHERE a.published
ORDER BY a.title
