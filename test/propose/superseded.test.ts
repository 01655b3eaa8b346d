import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import { changeId } from "../../src/domain/index-sql.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { supersededBy } from "../../src/propose/superseded.ts";
import { index, key } from "../../src/rule/index.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";

const notes = { schema: "public", name: "notes" };
const expression = (sql: string) => key({ sql, column: null, columns: [], type: null, collation: null, immutable: true });
let parser: SqlParser;
let snapshot: Snapshot;

beforeAll(async () => {
  parser = await openParser();
  snapshot = await schemaSnapshot(
    parser,
    `create table notes (id bigint primary key, owner int not null, kind int not null, title text not null, body text not null, at timestamptz not null, code text not null unique);
     insert into notes select i, i % 9, i % 3, 't' || i, 'b' || i, now(), 'c' || i from generate_series(1, 50) i;
     create index by_owner on notes (owner);
     create index by_owner_body on notes (owner) include (body);
     create index by_owner_at_down on notes (owner desc, at desc);
     create index by_owner_open on notes (owner) where kind = 1;
     create index by_title_c on notes (title collate "C");
     create index by_title_pattern on notes (title text_pattern_ops);
     create index by_title on notes (title);
     create index by_lower on notes (lower(title));
     create index by_sum on notes ((owner + kind));
     create index by_owner_hash on notes using hash (owner);
     create index by_kind_replica on notes (kind);
     create unique index by_id_owner on notes (id, owner);
     create index by_code on notes (code);
     create index by_at on notes (at);
     cluster notes using by_at;`,
  );
});
afterAll(() => parser.close());

function dropped(definition: IndexDefinition): string[] {
  const change = { kind: "create-index" as const, index: definition };
  const candidate = { id: changeId(change), change, helps: [], proposedBy: [{ kind: "rule" as const, id: "index/x" }], reason: "" };
  return supersededBy(snapshot)(candidate)
    .map((each) => (each.change.kind === "drop-index" ? each.change.index.name : ""))
    .toSorted();
}
const btree = (columns: readonly string[], more: Parameters<typeof index>[3] = {}) =>
  index(
    notes,
    "btree",
    columns.map((name) => key(name)),
    more,
  );

describe("a new B-tree supersedes", () => {
  test("those whose keys it begins with, and not those with more keys or other ones", () => {
    expect(dropped(btree(["owner", "kind"]))).toEqual(["by_owner"]);
    expect(dropped(btree(["kind", "owner"]))).toEqual(["by_kind_replica"]);
  });
  test("one that includes columns only when it holds them too", () => {
    expect(dropped(btree(["owner", "kind"], { include: ["body"] }))).toEqual(["by_owner", "by_owner_body"]);
    expect(dropped(btree(["owner", "body"]))).toEqual(["by_owner", "by_owner_body"]);
  });
  test("one in the opposite order throughout, and none that turns in the middle", () => {
    expect(dropped(btree(["owner", "at", "kind"]))).toEqual(["by_owner", "by_owner_at_down"]);
    const turned = index(notes, "btree", [key("owner"), { ...key("at"), descending: true, nullsFirst: true }, key("kind")]);
    expect(dropped(turned)).toEqual(["by_owner"]);
  });
  test("of one column only the one with the same operator class and collation", () => {
    expect(dropped(btree(["title", "kind"]))).toEqual(["by_title"]);
    const pattern = index(notes, "btree", [{ ...key("title"), operatorClass: "text_pattern_ops" }, key("kind")]);
    expect(dropped(pattern)).toEqual(["by_title_pattern"]);
    const named = index(notes, "btree", [{ ...key("title"), operatorClass: "text_ops" }, key("kind")]);
    expect(dropped(named)).toEqual(["by_title"]);
    expect(dropped(index(notes, "btree", [{ ...key("title"), collation: "C" }, key("kind")]))).toEqual([]);
  });
  test("one on the same expression, however many parentheses it stands in", () => {
    expect(dropped(index(notes, "btree", [expression("lower(title)"), key("kind")]))).toEqual(["by_lower"]);
    expect(dropped(index(notes, "btree", [expression("((owner + kind))"), key("at")]))).toEqual(["by_sum"]);
    expect(dropped(index(notes, "btree", [expression("lower(body)"), key("kind")]))).toEqual([]);
  });
  test("none of another predicate", () => {
    expect(dropped(btree(["owner", "kind"], { predicate: "kind = 1" }))).toEqual(["by_owner_open"]);
    expect(dropped(btree(["owner", "kind"], { predicate: "kind = 2" }))).toEqual([]);
  });
  test("no unique index, none of a constraint, and none that CLUSTER orders by", () => {
    expect(dropped(btree(["id", "owner", "at"]))).toEqual([]);
    expect(dropped(btree(["code", "owner"]))).toEqual(["by_code"]);
    expect(dropped(btree(["at", "owner"]))).toEqual([]);
  });
});

test("other methods and drops supersede nothing, nor does an index on a table that is not there", () => {
  expect(dropped(index(notes, "hash", [key("owner")]))).toEqual([]);
  expect(dropped(index(notes, "gin", [key("owner")]))).toEqual([]);
  expect(dropped(index({ schema: "public", name: "nowhere" }, "btree", [key("owner")]))).toEqual([]);
  const change = { kind: "drop-index" as const, index: { schema: "public", name: "by_owner" }, relation: notes };
  expect(supersededBy(snapshot)({ id: changeId(change), change, helps: [], proposedBy: [], reason: "" })).toEqual([]);
});

test("a drop has the id that a rule's drop of the same index has, and says what takes its place", () => {
  const change = { kind: "create-index" as const, index: btree(["owner", "kind"]) };
  const [drop] = supersededBy(snapshot)({
    id: changeId(change),
    change,
    helps: ["f"],
    proposedBy: [{ kind: "rule", id: "index/x" }],
    reason: "",
  });
  expect(drop).toMatchObject({ id: changeId(drop!.change), helps: [], proposedBy: [{ kind: "rule", id: "index/x" }] });
  expect(drop!.reason).toContain("(owner, kind)");
});
