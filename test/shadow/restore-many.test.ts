import { expect, test } from "vitest";
import { restore } from "../../src/restore/restore.ts";
import { manyTables } from "./many-tables.ts";

test("200 tables of 20 columns and 4 indexes load whole (bench:audit measures how fast)", async () => {
  const snapshot = manyTables(200);
  const shadow = await restore(snapshot);
  expect(shadow.gaps).toEqual([]);
  expect(shadow.endRows.size).toBe(200);
  expect(shadow.blocks.size).toBe(1000);
  expect(
    await shadow.database.scalar("select count(*)::int from pg_stats where schemaname = 'public' and most_common_vals is not null"),
  ).toBe(3800);
  const plan = JSON.stringify(
    await shadow.database.scalar("explain (format json) select * from t000 join t199 using (id) where t000.c1 = 'value number 000050'"),
  );
  expect(plan).toContain("t199_pkey");
  await shadow.database.close();
});
