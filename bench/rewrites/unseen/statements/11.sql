select count(distinct a1_0.id) from accounts a1_0 join tickets t1_0 on a1_0.id=t1_0.requester_id where t1_0.channel='mail'
