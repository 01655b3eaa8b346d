import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexName } from "../../src/explain/index-name.ts";
import { definition } from "../render/literal-report.ts";
import { plainKey } from "../support/plain-index.ts";

const key = (column: string | null, sql: string) => plainKey(sql, { column });
const named = (table: string, keys: ReturnType<typeof key>[], taken: string[] = []) =>
  indexName(definition({ relation: { schema: "public", name: table }, keys }), new Set(taken));

describe("index names", () => {
  test("are PostgreSQL's: table, keys, idx", () => {
    expect(named("orders", [key("customer_id", "customer_id"), key("created_at", "created_at")])).toBe("orders_customer_id_created_at_idx");
  });
  test.each([
    ["lower(email)", "users_lower_email_idx"],
    ["((meta ->> 'score'::text))::numeric(10, 2)", "users_meta_score_idx"],
    ["(created_at)::timestamp without time zone", "users_created_at_idx"],
    ["CAST(profile ->> 'age' AS int)", "users_profile_age_idx"],
    ["CAST(meta ->> 'at' AS timestamp without time zone) AT TIME ZONE 'utc'", "users_meta_at_utc_idx"],
    ["CASE WHEN paid THEN total ELSE NULL END", "users_paid_total_idx"],
    ["COALESCE(shipped_at, created_at)", "users_coalesce_shipped_at_created_at_idx"],
    ["(1 + 2)", "users_expr_idx"],
  ])("of the expression %s tell what it reads", (sql, name) => {
    expect(named("users", [key(null, sql)])).toBe(name);
  });
  test("are numbered when taken", () => {
    expect(named("t", [key("a", "a")], ["t_a_idx", "t_a_idx1"])).toBe("t_a_idx2");
  });
  test("fit PostgreSQL's 63 bytes, whole characters only, and stay free", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 63 }),
        fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 5 }),
        (table, columns) => {
          const keys = columns.map((column) => key(column, column));
          const first = named(table, keys);
          const second = named(table, keys, [first]);
          expect(Buffer.byteLength(first)).toBeLessThanOrEqual(63);
          expect(Buffer.byteLength(second)).toBeLessThanOrEqual(63);
          expect(second).not.toBe(first);
          expect(Buffer.from(first).toString()).toBe(first);
        },
      ),
    );
  });
});
