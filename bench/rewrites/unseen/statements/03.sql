select t1_0.id,t1_0.subject,t1_0.state from tickets t1_0 where extract(year from t1_0.updated_at)=2025
