import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settings } from "@oclif/core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import Prove from "../../src/cli/commands/prove.ts";

settings.enableAutoTranspile = false;
const root = join(import.meta.dirname, "../..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plansmith-prove-"));
  writeFileSync(
    join(folder, "schema.sql"),
    `create table parent (id int primary key, city text);
     create table child (id int primary key, parent_id int not null references parent, note text, seen timestamp not null);
     create index on child (parent_id);`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The exit code and the verdict as JSON. */
async function prove(before: string, after: string): Promise<{ code: unknown; verdict: Record<string, unknown> }> {
  writeFileSync(join(folder, "before.sql"), before);
  writeFileSync(join(folder, "after.sql"), after);
  const said: string[] = [];
  const log = vi.spyOn(Prove.prototype, "log").mockImplementation((text = "") => void said.push(text));
  try {
    const paths = ["before", "after", "schema"].flatMap((name) => [`--${name}`, join(folder, `${name}.sql`)]);
    const code = await Prove.run([...paths, "--json", "--time-budget", "2"], root);
    return { code, verdict: JSON.parse(said.join("\n")) as Record<string, unknown> };
  } finally {
    log.mockRestore();
  }
}

test("proved: a rule makes the second from the first, layout and comments aside", async () => {
  const { code, verdict } = await prove(
    "select c.id from child c join parent p on p.id = c.parent_id where c.seen::date = date '2024-03-01'",
    "select c.id -- the parent is always there\nfrom child as c\nwhere c.seen >= '2024-03-01' AND c.seen < '2024-03-02';",
  );
  expect(verdict).toMatchObject({ verdict: "proved", by: expect.stringMatching(/unused-inner-join/) });
  expect(verdict.by).toMatch(/date-cast-range/);
  expect(verdict.assumptions).toEqual(expect.arrayContaining([expect.stringMatching(/foreign key/)]));
  expect(code).toBe(0);
});

test("tested: equal, and no rule of ours says so", async () => {
  const { code, verdict } = await prove(
    "select id from child where note = 'a' or note = 'b'",
    "select id from child where note in ('b', 'a', 'b') and true",
  );
  expect(verdict).toMatchObject({ verdict: "tested", tests: { mutation: { mutants: expect.any(Number) } } });
  expect(code).toBe(0);
});

test("different: a join to the many side doubles rows", async () => {
  const { code, verdict } = await prove(
    "select p.id from parent p where exists (select 1 from child c where c.parent_id = p.id)",
    "select p.id from parent p join child c on c.parent_id = p.id",
  );
  expect(verdict).toMatchObject({ verdict: "different", counterExample: { kind: "rows", script: expect.stringContaining("INSERT INTO") } });
  expect(code).toBe(1);
});

test("unsupported: what cannot be run twice alike", async () => {
  const { code, verdict } = await prove("select id from child order by random() limit 1", "select id from child limit 1");
  expect(verdict).toMatchObject({ verdict: "unsupported", reason: expect.stringMatching(/random|volatile/) });
  expect(code).toBe(3);
});
