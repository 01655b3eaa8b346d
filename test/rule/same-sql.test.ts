import { describe, expect, test } from "vitest";
import { normalSql, sameSql } from "../../src/rule/same-sql.ts";

const strings = new Set(["email", "status", "a"]);

describe("sameSql", () => {
  test.each([
    ["lower((email)::text)", "lower(email)"],
    ["((meta ->> 'score'::text))::integer", "(meta->>'score')::int"],
    ["((meta ->> 'score'::text))::integer", "CAST(meta ->> 'score' AS int)"],
    ["(status = 'failed'::text)", "status = 'failed'"],
    ["((status)::text = 'failed'::text)", "status = 'failed'"],
    ["((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", "status IN ('a', 'b')"],
    ["(status = ANY (ARRAY['a'::text, 'b'::text]))", "status IN ('a','b')"],
    ["(deleted_at IS NULL)", "deleted_at IS NULL"],
    ["(NOT active)", "NOT active"],
    ["date_trunc('day'::text, created_at)", "date_trunc('day', created_at)"],
    ["(created_at > '2024-01-01'::date)", "created_at > date '2024-01-01'"],
    ["to_tsvector('english'::regconfig, body)", "to_tsvector('english', body)"],
    ["(n > '5'::bigint)", "n > 5"],
    ["(meta -> 'tags'::text)", "meta->'tags'"],
    ["(((a)::text || ' '::text) || (email)::text)", "a || ' ' || email"],
    ["COALESCE(email, ''::character varying)", "coalesce(email, '')"],
  ])("takes %s for %s", (deparsed, written) => expect(normalSql(deparsed, strings)).toBe(normalSql(written, strings)));

  test.each([
    ["lower(email)", "email"],
    ["(id)::text", "id"],
    ["status = 'a'", "status = 'A'"],
    ["lower(a) || email", "lower(a || email)"],
    ["a IS NULL", "a IS NOT NULL"],
  ])("tells %s from %s", (one, other) => expect(sameSql(one, other, strings)).toBe(false));
});
