import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { share, widthBand } from "../../src/access-shape/bands.ts";
import { shapeText } from "../../src/access-shape/shape-text.ts";
import type { Index } from "../../src/domain/catalog.ts";
import type { Plan, PlanNode } from "../../src/domain/plan.ts";
import { catalogView } from "../../src/rule/catalog-view.ts";
import { existingIndex } from "../explain/literal-catalog.ts";
import { literalCatalog, table } from "../support/literal-catalog.ts";
import { plan, planNode } from "../support/plan-node.ts";
import { factsOf, loadGrammar } from "../support/scan-text.ts";

/** Names of one small platform; every test statement is written with them. */
interface Names {
  readonly orders: string;
  readonly users: string;
  readonly id: string;
  readonly userId: string;
  readonly status: string;
  readonly at: string;
  readonly meta: string;
  readonly tags: string;
  readonly email: string;
  readonly o: string;
  readonly u: string;
}
const plain: Names = {
  orders: "orders",
  users: "users",
  id: "id",
  userId: "user_id",
  status: "status",
  at: "created_at",
  meta: "meta",
  tags: "tags",
  email: "email",
  o: "o",
  u: "u",
};

interface Constants {
  readonly number: number;
  readonly word: string;
}

const statements: ((n: Names, c: Constants) => string)[] = [
  (n, c) => `select ${n.id} from ${n.orders} ${n.o} where ${n.o}.${n.status} = '${c.word}' order by ${n.at} desc limit ${c.number}`,
  (n, c) => `select * from ${n.orders} where ${n.userId} = ${c.number} and ${n.at} > now() - interval '${c.number} days'`,
  (n, c) =>
    `select ${n.u}.${n.email} from ${n.orders} ${n.o} join ${n.users} ${n.u} on ${n.u}.${n.id} = ${n.o}.${n.userId} where ${n.o}.${n.status} in ('${c.word}', 'x')`,
  (n, c) => `select ${n.id} from ${n.users} where lower(${n.email}) = '${c.word}'`,
  (n, c) => `select ${n.id} from ${n.orders} where ${n.meta} @> '{"a": ${c.number}}' and ${n.tags} && array['${c.word}']`,
  (n, c) =>
    `select ${n.status}, count(*) from ${n.orders} where ${n.meta} ->> '${c.word}' = '${c.word}' or ${n.userId} = ${c.number} group by ${n.status}`,
  (n, c) => `update ${n.orders} set ${n.status} = '${c.word}' where ${n.id} = ${c.number}`,
];

const textOf = (
  statement: (names: Names, constants: Constants) => string,
  names = plain,
  constants: Constants = { number: 7, word: "abc" },
  plan: Plan | null = null,
  indexes: readonly Index[] = [],
) => {
  const catalog = literalCatalog(
    [
      table(
        names.orders,
        `${names.id} bigint not null, ${names.userId} bigint, ${names.status} text, ${names.at} timestamptz, ${names.meta} jsonb, ${names.tags} text[]`,
        { rows: 200_000, indexes },
      ),
      table(names.users, `${names.id} bigint not null, ${names.email} text`, { rows: 3_000 }),
    ],
    [],
  );
  return shapeText(factsOf(statement(names, constants), catalog), plan, catalogView(catalog));
};

beforeAll(loadGrammar);

describe("shape text", () => {
  test("names of tables, columns and aliases, and constants, change nothing", () => {
    const letters = fc.stringMatching(/^[a-z]{6,12}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(letters, { minLength: 11, maxLength: 11 }),
        fc.integer({ min: 1, max: 99_999 }),
        letters,
        fc.constantFrom(...statements),
        (fresh, number, word, statement) => {
          // A prefix keeps generated names from being keywords.
          const names = Object.fromEntries(Object.keys(plain).map((key, at) => [key, `z${fresh[at]}`])) as unknown as Names;
          expect(textOf(statement, names, { number, word })).toBe(textOf(statement));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("the order of FROM and of AND changes nothing", () => {
    const one = (n: Names) =>
      `select 1 from ${n.orders} o, ${n.users} u where o.${n.userId} = u.${n.id} and o.${n.status} = 'a' and o.${n.at} > now()`;
    const other = (n: Names) =>
      `select 1 from ${n.users} u, ${n.orders} o where o.${n.at} > now() and o.${n.status} = 'a' and u.${n.id} = o.${n.userId}`;
    expect(textOf(one)).toBe(textOf(other));
  });

  test.each([
    ["an operator of another class", (n: Names) => `${n.meta} @> '{}'`, (n: Names) => `${n.meta} ? 'a'`],
    ["equality and a range", (n: Names) => `${n.at} = now()`, (n: Names) => `${n.at} > now()`],
    ["an anchored pattern and a free one", (n: Names) => `${n.status} like 'a%'`, (n: Names) => `${n.status} like '%a%'`],
    ["a column and an expression over it", (n: Names) => `${n.status} = 'a'`, (n: Names) => `lower(${n.status}) = 'a'`],
    [
      "a conjunction and a disjunction",
      (n: Names) => `${n.status} = 'a' and ${n.userId} = 1`,
      (n: Names) => `${n.status} = 'a' or ${n.userId} = 1`,
    ],
    ["columns of other types", (n: Names) => `${n.status} = 'a'`, (n: Names) => `${n.userId} = 1`],
  ])("tells apart %s", (_, left, right) => {
    const where = (condition: (n: Names) => string) => (n: Names) => `select ${n.id} from ${n.orders} where ${condition(n)}`;
    expect(textOf(where(left))).not.toBe(textOf(where(right)));
  });

  test.each([
    [
      "a join and a filter",
      (n: Names) => `select o.${n.id} from ${n.orders} o join ${n.users} u on u.${n.id} = o.${n.userId}`,
      (n: Names) => `select o.${n.id} from ${n.orders} o, ${n.users} u where u.${n.id} = 1`,
    ],
    [
      "a limit and none",
      (n: Names) => `select ${n.id} from ${n.orders} order by ${n.at} limit 5`,
      (n: Names) => `select ${n.id} from ${n.orders} order by ${n.at}`,
    ],
    [
      "orders that a B-tree cannot both give",
      (n: Names) => `select 1 from ${n.orders} order by ${n.status}, ${n.at} desc`,
      (n: Names) => `select 1 from ${n.orders} order by ${n.status}, ${n.at}`,
    ],
    [
      "a read and an update",
      (n: Names) => `select ${n.id} from ${n.orders} where ${n.id} = 1`,
      (n: Names) => `delete from ${n.orders} where ${n.id} = 1`,
    ],
  ])("tells apart %s", (_, left, right) => expect(textOf(left)).not.toBe(textOf(right)));

  test("another plan node is another text; a Gather around the same is not", () => {
    const [first] = statements;
    const scan = node("Seq Scan");
    const of = (root: PlanNode) => textOf(first!, plain, undefined, { root, executionTimeMs: null });
    expect(of(scan)).not.toBe(of(node("Index Scan")));
    expect(of({ ...node("Gather"), children: [scan] })).toBe(of(scan));
  });

  test("an index that begins with a condition's column changes the text; what it is called does not", () => {
    const statement = (n: Names) => `select ${n.id} from ${n.orders} where ${n.userId} = 1 order by ${n.at}`;
    const with_ = (...indexes: Index[]) => textOf(statement, plain, undefined, null, indexes);
    const on = index({ keys: ["user_id"] });
    const texts = [
      with_(),
      with_(on),
      with_({ ...on, unique: true }),
      with_({ ...on, predicate: "status = 'open'" }),
      with_(index({ keys: ["created_at"] })),
      with_(index({ keys: ["id"] })),
      with_({ ...index({ keys: ["id"] }), primary: true }),
    ];
    expect(with_({ ...on, name: "another" })).toBe(with_(on));
    expect(with_(index({ keys: ["id"] }))).toBe(with_());
    expect(with_({ ...on, valid: false })).toBe(with_());
    expect(new Set(texts).size).toBe(texts.length - 1);
  });

  test("a plan's index is told by its keys, not by its name", () => {
    const [first] = statements;
    const of = (used: Index) => textOf(first!, plain, undefined, plan({ ...node("Index Scan"), index: used.name }), [used]);
    expect(of(index({ keys: ["user_id"] }))).not.toBe(of(index({ keys: ["created_at"] })));
    expect(of({ ...index({ keys: ["user_id"] }), name: "another" })).toBe(of(index({ keys: ["user_id"] })));
  });

  test("a scan that workers share reads as one process would do it, with their aggregate's two halves", () => {
    const [first] = statements;
    const of = (root: PlanNode) => textOf(first!, plain, undefined, { root, executionTimeMs: null });
    const scan = { ...node("Seq Scan"), planRows: 50_000, parallelAware: true };
    const gathered = { ...node("Gather"), relation: null, planRows: 120_000, children: [scan] };
    expect(of(gathered)).toBe(of({ ...node("Seq Scan"), planRows: 120_000 }));
    const aggregate = { ...node("Aggregate"), relation: null, planRows: 1 };
    const halves = { ...aggregate, children: [{ ...gathered, planRows: 2, children: [{ ...aggregate, children: [scan] }] }] };
    expect(of(halves)).toBe(of({ ...aggregate, children: [{ ...node("Seq Scan"), planRows: 100_000 }] }));
  });

  test("holds no name and no literal of the statement", () => {
    const names = Object.fromEntries(Object.keys(plain).map((key) => [key, `zz${key.toLowerCase()}`])) as unknown as Names;
    for (const statement of statements) {
      const text = textOf(statement, names, { number: 987_654, word: "secretword" });
      expect(text).not.toMatch(/zz|987654|secretword/);
    }
  });
});

describe("bands", () => {
  test("a larger part is never in a smaller band, and equal scale changes nothing", () => {
    const order = ["sliver", "1e-3", "1e-2", "1/64", "1/32", "1/16", "1/8", "1/4", "1/2", "all"];
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }), (a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        expect(order.indexOf(share(small, 1))).toBeLessThanOrEqual(order.indexOf(share(large, 1)));
        expect(share(a * 1024, 1024)).toBe(share(a, 1));
      }),
    );
  });

  test("what is not known says so", () => {
    expect([share(null, 1), share(1, null), share(1, 0), widthBand(null), widthBand(0)]).toEqual(Array(5).fill("unknown"));
  });
});

/** A plain B-tree. */
function index({ keys }: { readonly keys: readonly string[] }): Index {
  return existingIndex("made", keys, "");
}

function node(type: string): PlanNode {
  return planNode(type, { relation: { schema: "public", name: "orders" }, planRows: 100 });
}
