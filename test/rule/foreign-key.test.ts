import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveSource } from "../../src/collect/live-source.ts";
import type { Catalog } from "../../src/domain/catalog.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { foreignKeyCheck, servesEquality } from "../../src/rule/foreign-key.ts";
import { catalogOnly } from "../support/catalog-only.ts";

const schema = `
  create table parent (tenant int, number int, primary key (tenant, number));
  create table "Kept" (id int, tenant int, number int, foreign key (tenant, number) references parent);
  create table restricted (tenant int, number int, foreign key (tenant, number) references parent on delete restrict);
  create table cascaded (tenant int, number int, foreign key (tenant, number) references parent on delete cascade);
  create table nulled (tenant int, number int, foreign key (tenant, number) references parent on delete set null);
  create table defaulted (tenant int default 1, number int default 2, foreign key (tenant, number) references parent on delete set default);
  create table parted (id int, tenant int, number int, foreign key (tenant, number) references parent) partition by list (id);
  create index full_order on "Kept" (number, tenant);
  create index longer on "Kept" (number, tenant, id);
  create index one_only on "Kept" (number);
  create index late on "Kept" (id, tenant, number);
  create index without_nulls on "Kept" (tenant, number) where tenant is not null and number is not null;
  create index of_some on "Kept" (tenant, number) where id > 5;
  create index hashed on "Kept" using hash (number);
  create index summary on "Kept" using brin (tenant, number);
`;

describe("foreign-key checks", () => {
  let database: EmbeddedDatabase;
  let catalog: Catalog;
  beforeAll(async () => {
    database = await bootEmbedded();
    await database.run(schema);
    const source = liveSource(database.session, { ...catalogOnly, now: new Date(0) });
    catalog = (await source.read({})).catalog;
  });
  afterAll(() => database?.close());

  const relation = (name: string) => catalog.relations.find((each) => each.name === name)!;
  const check = (name: string) => foreignKeyCheck(relation(name), relation(name).constraints.find((each) => each.kind === "foreign-key")!);

  test.each([
    ["Kept", 'SELECT 1 FROM ONLY "public"."Kept" x WHERE x."tenant" = $1 AND x."number" = $2 FOR KEY SHARE OF x'],
    ["restricted", 'SELECT 1 FROM ONLY "public"."restricted" x WHERE x."tenant" = $1 AND x."number" = $2 FOR KEY SHARE OF x'],
    ["cascaded", 'DELETE FROM ONLY "public"."cascaded" x WHERE x."tenant" = $1 AND x."number" = $2'],
    ["nulled", 'UPDATE ONLY "public"."nulled" x SET "tenant" = NULL, "number" = NULL WHERE x."tenant" = $1 AND x."number" = $2'],
    [
      "defaulted",
      'UPDATE ONLY "public"."defaulted" x SET "tenant" = DEFAULT, "number" = DEFAULT WHERE x."tenant" = $1 AND x."number" = $2',
    ],
    ["parted", 'SELECT 1 FROM "public"."parted" x WHERE x."tenant" = $1 AND x."number" = $2 FOR KEY SHARE OF x'],
  ])("of %s is the trigger's own statement, and PostgreSQL plans it", async (name, sql) => {
    expect(check(name)).toBe(sql);
    await expect(database.scalar(`explain (generic_plan, format json) ${sql}`)).resolves.toBeDefined();
  });

  test("are served by a B-tree that leads with the columns in any order, whole or without nulls only", () => {
    const serving = relation("Kept")
      .indexes.filter((each) => servesEquality(each, ["tenant", "number"]))
      .map((each) => each.name);
    expect(serving.toSorted()).toEqual(["full_order", "longer", "without_nulls"]);
  });

  test("of one column are served by a hash index too, and not by BRIN", () => {
    const serving = relation("Kept")
      .indexes.filter((each) => servesEquality(each, ["number"]))
      .map((each) => each.name);
    expect(serving.toSorted()).toEqual(["full_order", "hashed", "longer", "one_only"]);
  });
});
