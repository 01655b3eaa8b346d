SELECT id, subject FROM tickets WHERE date(opened_at) = date '2024-09-02' AND random() < 0.1
