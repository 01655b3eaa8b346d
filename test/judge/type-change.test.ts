import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { typeChangeCost } from "../../src/judge/type-change.ts";
import { typeOfText } from "../../src/syntax/type-reference.ts";

const types = [
  ..."smallint integer bigint oid regclass text varchar varchar(10) varchar(20) char(5) char(9) cidr inet".split(" "),
  ..."numeric numeric(8,2) numeric(10,2) numeric(10,4) bit(4) bit(8) varbit varbit(4) varbit(8) json jsonb date".split(" "),
  ..."timestamp timestamp(3) timestamptz timestamptz(3) time time(2) timetz interval interval(3) text[] varchar(10)[] integer[]".split(" "),
];
/** As format_type() writes them, which is how the catalog has them. */
const spelled = (type: string) =>
  type
    .replace(/^varchar/, "character varying")
    .replace(/^varbit/, "bit varying")
    .replace(/^char\(/, "character(")
    .replace(/^(timestamp|time)(\(\d\))?$/, "$1$2 without time zone")
    .replace(/^(timestamp|time)tz(\(\d\))?$/, "$1$2 with time zone");

describe("type changes, as PostgreSQL makes them", () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
  });
  afterAll(() => database?.close());

  test.each(["UTC", "Europe/Berlin"])("what is rewritten and whose index is built anew, for every pair, in %s", async (zone) => {
    const wrong: string[] = [];
    let compared = 0;
    await database.exec(`set client_min_messages = debug1; set timezone = '${zone}'`);
    // Only these depend on the session's time zone.
    const chosen = zone === "UTC" ? types : types.filter((each) => each.startsWith("time"));
    for (const from of chosen)
      for (const to of chosen) {
        const indexed = !/^json$/.test(from) && !/^json$/.test(to);
        const messages: string[] = [];
        const make = `begin; create table t (a ${from}); ${indexed ? "create index i on t (a);" : ""}`;
        await database.exec(make);
        try {
          await database.exec(`alter table t alter column a type ${to}`, { onNotice: (notice) => messages.push(notice.message ?? "") });
        } catch {
          // No cast for assignment: nobody can write this change without USING.
          continue;
        } finally {
          await database.exec("rollback");
        }
        const rewritten = messages.some((each) => each.startsWith("rewriting table"));
        const rebuilt = messages.some((each) => each.startsWith('building index "i"'));
        const was = rewritten ? "rewrite" : rebuilt ? "rebuild-indexes" : "none";
        const cost = typeChangeCost(typeOfText(spelled(from)), typeOfText(spelled(to)), {
          usingExpression: false,
          sessionIsUtc: zone === "UTC",
        });
        const said = cost === "rebuild-indexes" && !indexed ? "none" : cost;
        compared++;
        if (said !== was) wrong.push(`${from} to ${to}: said ${said}, was ${was}`);
      }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(zone === "UTC" ? 250 : 30);
  });
});
