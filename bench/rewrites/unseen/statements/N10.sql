SELECT u.workspace_id, u.value FROM usage_samples u WHERE u.value * 3 > 287
