import { on, type WorkloadStatement } from "../workload.ts";

/** What the platform asks, with values that its rows hold. */
export const statements: readonly WorkloadStatement[] = [
  // Lookups and lists of a tenant.
  on(
    "oltp",
    "tenant_open_tickets",
    4000,
    "select id, title, priority from tickets where tenant_id = 1200 and status = 'open' order by created_at desc limit 25",
  ),
  on("oltp", "tenant_admins", 300, "select id, email from users where tenant_id = 40 and is_admin"),
  on(
    "oltp",
    "active_users_of_tenant",
    900,
    "select id, full_name from users where tenant_id = 900 and deleted_at is null order by created_at desc limit 50",
  ),
  on("oltp", "user_by_email_any_case", 9000, "select id, tenant_id from users where lower(email) = 'mia4242@mail.test'"),
  on("oltp", "user_by_handle", 5000, "select id, full_name from users where handle = 'Hd3d9446802a44259755d38e6d163e820'"),
  on(
    "oltp",
    "session_by_token",
    20000,
    "select user_id, expires_at from sessions where token = 'c4ca4238a0b923820dcc509a6f75849b8f14e45fceea167a5a36dedd4bea2543'",
  ),
  on(
    "oltp",
    "assigned_to_me",
    3000,
    "select id, title, due_at from tickets where assignee_id = 15000 and status in ('open', 'pending', 'escalated') order by due_at limit 20",
  ),
  on("oltp", "invoice_by_number", 700, "select * from invoices where number = 'INV-2023-0100000'"),
  on(
    "oltp",
    "top_n_of_several_tenants",
    200,
    "select id, created_at from tickets where tenant_id in (1500, 1600, 1700) order by created_at desc limit 20",
  ),
  on(
    "oltp",
    "device_by_certificate",
    800,
    "select id from devices where certificate = 'a87ff679a2f3e71d9181a67b7542122ce4da3b7fbbce2345d7772b0674a318d51679091c5a880faf6fb5e6087eb1b2dc8f14e45fceea167a5a36dedd4bea2543'",
  ),
  // Foreign keys.
  on(
    "foreign key",
    "comments_of_ticket",
    8000,
    "select author_id, body, created_at from comments where ticket_id = 31000 order by created_at",
  ),
  on(
    "foreign key",
    "lines_of_invoice",
    2500,
    "select p.name, l.quantity, l.amount from invoice_lines l join products p on p.id = l.product_id where l.invoice_id = 9000",
  ),
  on(
    "foreign key",
    "comments_by_author_recent",
    400,
    "select id, ticket_id, created_at from comments where author_id = 20000 order by created_at desc limit 20",
  ),
  on(
    "foreign key",
    "invoices_with_lines_of_product",
    50,
    "select i.number, l.quantity from invoices i join invoice_lines l on l.invoice_id = i.id where l.product_id = 11000",
  ),
  on("foreign key", "delete_user_comments", 5, "delete from comments where author_id = 29000 and hidden"),
  // Skew and flags that a partial index fits.
  on("partial", "escalated_by_age", 600, "select id, tenant_id from tickets where status = 'escalated' order by created_at limit 50"),
  on(
    "partial",
    "unpaid_overdue",
    150,
    "select id, tenant_id, total from invoices where paid_at is null and due_on < '2022-01-01' order by due_on",
  ),
  on("partial", "offline_devices", 300, "select id, serial, last_seen from devices where not online order by last_seen desc limit 100"),
  on("partial", "all_admins", 60, "select id, email from users where is_admin"),
  on(
    "partial",
    "hidden_comments",
    40,
    "select id, body from comments where hidden and created_at >= '2024-06-01' and created_at < '2024-07-01'",
  ),
  on("partial", "out_of_stock_expensive", 80, "select id, sku from products where stock = 0 and price > 2800"),
  // Queues.
  on(
    "queue",
    "next_jobs",
    12000,
    "select id from jobs where state = 'ready' and queue = 'mail' order by run_at limit 10 for update skip locked",
  ),
  on("queue", "stuck_jobs", 200, "select id, locked_at from jobs where finished_at is null and locked_at < '2025-08-01'"),
  on(
    "queue",
    "failed_recent",
    100,
    "select id, queue, payload from jobs where state = 'failed' and finished_at > '2025-11-25' order by finished_at desc",
  ),
  on("queue", "retry_failed", 20, "update jobs set attempts = attempts + 1 where state = 'failed' and queue = 'billing' and attempts < 2"),
  // Paging by key, orders.
  on("order", "articles_by_views", 500, "select id, title, views from articles where published order by views desc, id desc limit 20"),
  on(
    "order",
    "keyset_next_page",
    1200,
    "select id, title from articles where (views, id) < (12000, 20000) order by views desc, id desc limit 20",
  ),
  on("order", "last_login_nulls_last", 90, "select id, email from users order by last_login desc nulls last limit 50"),
  on("order", "mixed_directions", 150, "select id, sku, stock, price from products order by stock desc, price limit 40"),
  on(
    "order",
    "latest_invoice_of_each_tenant",
    20,
    "select distinct on (tenant_id) tenant_id, id, total from invoices order by tenant_id, issued_on desc",
  ),
  on(
    "order",
    "newest_ticket_of_team_tenants",
    30,
    "select t.id, n.id, n.title from tenants t cross join lateral (select id, title from tickets k where k.tenant_id = t.id order by created_at desc limit 1) n where t.plan = 'enterprise'",
  ),
  on("order", "oldest_open_due", 60, "select min(due_at) from tickets where status = 'waiting'"),
  on("order", "largest_invoice", 40, "select max(total) from invoices"),
  // Aggregates.
  on("aggregate", "tickets_by_status_of_tenant", 200, "select status, count(*) from tickets where tenant_id = 3 group by status"),
  on("aggregate", "users_by_country", 20, "select country, count(*) from users where deleted_at is null group by country"),
  on(
    "aggregate",
    "revenue_of_month",
    30,
    "select currency, sum(total) from invoices where issued_on >= '2024-05-01' and issued_on < '2024-06-01' group by currency",
  ),
  on("aggregate", "count_recent_comments", 60, "select count(*) from comments where created_at > '2024-12-20'"),
  on(
    "aggregate",
    "revenue_by_day",
    15,
    "select date_trunc('day', created_at at time zone 'UTC'), count(*) from tickets where date_trunc('day', created_at at time zone 'UTC') = '2023-05-17' group by 1",
  ),
  // Time series.
  on(
    "time series",
    "device_last_hour",
    6000,
    "select at, value from measurements where device_id = 4000 and metric = 2 and at >= '2025-06-01' and at < '2025-06-15' order by at",
  ),
  on("time series", "device_latest", 5000, "select at, value from measurements where device_id = 77 order by at desc limit 1"),
  on(
    "time series",
    "all_devices_ten_minutes",
    50,
    "select device_id, avg(value) from measurements where at >= '2025-08-01 12:00' and at < '2025-08-01 14:00' group by device_id",
  ),
  on("time series", "spikes_of_metric", 60, "select device_id, at from measurements where metric = 4 and value > 99.95"),
  // Partitioned log.
  on(
    "log",
    "errors_of_tenant",
    150,
    "select at, path, duration_ms from requests where tenant_id = 1800 and status >= 500 and at >= '2025-03-01' and at < '2025-05-01'",
  ),
  on("log", "requests_of_user", 300, "select at, path, status from requests where user_id = 25000 order by at desc limit 50"),
  on("log", "requests_in_a_minute", 80, "select count(*) from requests where at >= '2025-04-10 10:00' and at < '2025-04-10 11:00'"),
  on("log", "unavailable_today", 100, "select at, tenant_id, path from requests where status = 503 and at >= '2025-06-15'"),
  on("log", "requests_of_network", 40, "select at, path from requests where client <<= inet '172.30.7.0/24' and at >= '2025-05-01'"),
  // Texts.
  on("text", "product_name_contains", 900, "select id, name from products where name ilike '%c4ca4%'"),
  on("text", "sku_begins", 700, "select id, sku from products where sku like 'GA-0012%'"),
  on("text", "handle_search_lower", 200, "select id from users where lower(full_name) like 'c81e%'"),
  on("text", "article_full_text", 1500, "select id, title from articles where search @@ to_tsquery('simple', 'a87ff & eccb')"),
  on(
    "text",
    "comment_full_text",
    100,
    "select id, ticket_id from comments where to_tsvector('simple', body) @@ to_tsquery('simple', 'c81e7 & e4da')",
  ),
  on("text", "similar_names", 80, "select id, name from products order by name <-> 'C4ca eccbc' limit 10"),
  on("text", "serial_ends", 30, "select id from devices where serial like '%0042317'"),
  on("text", "article_of_tenant_contains", 60, "select id, title from articles where tenant_id = 77 and title ilike '%eccbc%'"),
  // Documents.
  on("jsonb", "product_by_color_and_cert", 600, `select id, name from products where attrs @> '{"color": "teal", "certs": ["c28"]}'`),
  on("jsonb", "product_by_vendor", 400, "select id, name from products where attrs -> 'vendor' ->> 'id' = '588'"),
  on("jsonb", "ticket_by_reference", 2000, "select id, title from tickets where custom ->> 'ref' = 'R12345'"),
  on("jsonb", "tickets_vip", 80, `select id from tickets where custom @> '{"vip": true}'`),
  on("jsonb", "users_over_quota", 30, "select id, email from users where (settings ->> 'quota')::int > 4950"),
  on("jsonb", "products_by_path", 50, "select id from products where attrs @? '$.certs[*] ? (@ == \"c29\")'"),
  on("jsonb", "products_by_predicate", 50, "select id from products where attrs @@ '$.vendor.id == 597'"),
  // Arrays.
  on("array", "tickets_with_tags", 400, "select id, title from tickets where tags @> array['tag390', 'tag12']"),
  on("array", "products_with_any_label", 200, "select id from products where labels && array[1480, 1490]"),
  on("array", "tickets_with_tag_of_tenant", 200, "select id from tickets where tenant_id = 5 and tags @> array['tag301']"),
  // Ranges.
  on("range", "free_room", 1500, "select id from bookings where room_id = 80 and during && tstzrange('2024-06-01', '2024-06-03')"),
  on("range", "occupied_now", 200, "select id, room_id from bookings where during @> timestamptz '2024-09-09 12:00' and not cancelled"),
  on("range", "seats_taken", 60, "select id from bookings where seats && int4range(895, 899)"),
  on("range", "starting_on_day", 40, "select id from bookings where lower(during) >= '2024-05-05' and lower(during) < '2024-05-06'"),
  // Geometry, networks, trees.
  on("geometry", "devices_in_box", 500, "select id, serial from devices where position <@ box '((500,400),(510,410))'"),
  on("geometry", "nearest_devices", 900, "select id, serial from devices order by position <-> point '(520,450)' limit 10"),
  on("geometry", "covering_area", 200, "select id from devices where coverage && box '((600,500),(602,502))'"),
  on("network", "devices_in_network", 300, "select id, serial from devices where address <<= inet '10.41.7.0/24'"),
  on("tree", "articles_below", 150, "select id, title from articles where path <@ 'root.c11.s58'"),
  // Wide reads that no index should serve, and tiny ones.
  on("leave alone", "most_of_measurements", 5, "select sum(value) from measurements where value > 20"),
  on("leave alone", "tenant_by_name", 100, "select id from tenants where name = 'none'"),
];
