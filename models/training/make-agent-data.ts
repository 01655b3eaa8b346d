import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { evidenceOf } from "../../src/agent/evidence.ts";
import { openingMessages, outcomeMessage } from "../../src/agent/prompt.ts";
import type { Column, Relation } from "../../src/domain/catalog.ts";
import { emptyCatalog, emptyColumn, emptyTable, unknownStatistics } from "../../src/domain/empty-catalog.ts";
import { readableIdent } from "../../src/domain/identifier.ts";
import type { Plan, PlanNode } from "../../src/domain/plan.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { uncountedStatement } from "../../src/domain/uncounted-statement.ts";
import { group } from "../../src/group/group.ts";
import { catalogView } from "../../src/rule/catalog-view.ts";
import { openParser } from "../../src/syntax/parse-sql.ts";
import { chance as seeded } from "./random.ts";

/**
 * Talks for a tiny language model, one JSON line each: evidence of a made-up statement as the agent writes it, and the index that its
 * conditions ask for; now and then a second question, answered with nothing more. `node make-agent-data.js FILE COUNT SEED`.
 */
const nouns =
  `account address agent alert album answer article asset audit author badge bank batch bill blog board body book booking branch brand
budget bundle campaign card cart case category channel charge city claim client code color comment company contact contract country coupon course
credit currency customer device discount document domain driver email employee entry event expense feature feed file flag folder form game group
image invoice item job key label language lead ledger lesson level line link list location log machine mail manager member menu message method
metric model note number offer office option order owner page parcel parent partner party payment permission person phone photo place plan player
policy position post price product profile project purchase quarter question queue quote rate rating reason receipt record region reply report
request review role room route rule sale sample scan score season sector seller sensor service session setting shift shop site size source stage
state station status step stock store student subject supplier survey tag target task team template tenant term test text thread ticket title token
topic trip type unit update url user value vendor version video view visit vote warehouse week worker zone`.split(/\s+/);
const suffixes = ["id", "code", "key", "name", "type", "status", "count", "at", "on", "ref"];
const types = ["bigint", "integer", "text", "timestamp with time zone", "boolean", "numeric(10,2)", "uuid", "date"] as const;
const baseTypes: Readonly<Record<string, readonly [base: string, category: string]>> = {
  bigint: ["int8", "N"],
  integer: ["int4", "N"],
  text: ["text", "S"],
  "timestamp with time zone": ["timestamptz", "D"],
  boolean: ["bool", "B"],
  "numeric(10,2)": ["numeric", "N"],
  uuid: ["uuid", "U"],
  date: ["date", "D"],
  jsonb: ["jsonb", "U"],
  "text[]": ["_text", "A"],
};

const [, , file = "agent.jsonl", count = "4000", seed = "1"] = process.argv;
const { next: random, pick: oneOf, often: chance, some } = seeded(Number(seed));
const below = (end: number) => Math.floor(random() * end);

function column(name: string, type: string, position: number): Column {
  const [baseType, category] = baseTypes[type]!;
  const distinct = oneOf([-1, -0.4, 3, 12, 200, 1000, 5000, 20_000]);
  return {
    ...emptyColumn,
    name,
    position,
    type,
    baseType,
    category,
    elementType: type === "text[]" ? "text" : null,
    storageLength: -1,
    alignment: "i",
    notNull: true,
    statistics: {
      ...unknownStatistics,
      nullFraction: chance(0.2) ? random() / 2 : 0,
      averageWidthBytes: 8,
      distinct,
      correlation: chance(0.3) ? 0.99 : random() / 2,
    },
  };
}

function table(): Relation {
  const name = chance(0.6) ? `${oneOf(nouns)}s` : `${oneOf(nouns)}_${oneOf(nouns)}s`;
  const names = new Set(["id"]);
  const wanted = 4 + below(6);
  while (names.size < wanted) names.add(chance(0.75) ? `${oneOf(nouns)}_${oneOf(suffixes)}` : oneOf(nouns));
  const columns = [...names].map((each, at) => column(each, at === 0 ? "bigint" : oneOf(types), at + 1));
  if (chance(0.3)) columns.push(column("payload", "jsonb", columns.length + 1));
  if (chance(0.3)) columns.push(column("tags", "text[]", columns.length + 1));
  const pages = 200 + below(50_000);
  return {
    ...emptyTable,
    schema: "public",
    name,
    rows: pages * (20 + below(100)),
    pages,
    currentPages: pages,
    bytes: pages * 8192,
    columns,
    indexes: [primaryKey(name)],
  };
}

function primaryKey(name: string): Relation["indexes"][number] {
  return {
    schema: "public",
    name: `${name}_pkey`,
    accessMethod: "btree",
    keys: [],
    include: [],
    predicate: null,
    unique: true,
    nullsNotDistinct: false,
    primary: true,
    valid: true,
    replicaIdentity: false,
    clustered: false,
    constraint: null,
    storageParameters: [],
    definition: `CREATE UNIQUE INDEX ${name}_pkey ON public.${readableIdent(name)} USING btree (id)`,
    parent: null,
    partitioned: false,
    rows: null,
    pages: 1,
    currentPages: 1,
    bytes: 8192,
    scans: null,
    lastScan: null,
  };
}

interface Made {
  readonly sql: string;
  readonly method: string;
  readonly keys: readonly string[];
  readonly filter: string;
  readonly sorted: boolean;
}

/** A statement over the table, and the keys that its conditions and order ask for. */
function statement({ name, columns }: Relation): Made | null {
  const others = columns.slice(1).filter(({ type }) => type !== "jsonb" && type !== "text[]");
  const picked = some(others, others.length);
  const [first, second, third] = picked;
  if (!first || !second || !third) return null;
  const read = chance(0.3) ? "*" : [columns[0]!, ...picked.slice(-2)].map((each) => each.name).join(", ");
  const whole = columns.find(({ type }) => type === "jsonb" || type === "text[]");
  const from = `select ${read} from ${name}`;
  if (whole && chance(0.5)) {
    const key = whole.type === "jsonb" ? `${whole.name} jsonb_path_ops` : whole.name;
    return {
      sql: `${from} where ${whole.name} @> $1`,
      method: "gin",
      keys: [key],
      filter: `(${whole.name} @> '…'::${whole.type})`,
      sorted: false,
    };
  }
  const equal = chance(0.4) ? [first, second] : [first];
  const text = equal.find(({ type }) => type === "text");
  if (text && chance(0.3))
    return {
      sql: `${from} where lower(${text.name}) = $1`,
      method: "btree",
      keys: [`lower(${text.name})`],
      filter: `(lower(${text.name}) = '…'::text)`,
      sorted: false,
    };
  const conditions = equal.map((each, at) => `${each.name} = $${at + 1}`);
  const filters = equal.map((each) => `(${each.name} = '…'::${each.type})`);
  const keys = equal.map((each) => each.name);
  if (chance(0.5)) {
    const down = chance(0.6);
    const order = `order by ${third.name}${down ? " desc" : ""}${chance(0.7) ? ` limit $${equal.length + 1}` : ""}`;
    return {
      sql: `${from} where ${conditions.join(" and ")} ${order}`,
      method: "btree",
      keys: [...keys, `${third.name}${down ? " DESC" : ""}`],
      filter: filters.join(" AND "),
      sorted: true,
    };
  }
  if (chance(0.4))
    return {
      sql: `${from} where ${[...conditions, `${third.name} > $${equal.length + 1}`].join(" and ")}`,
      method: "btree",
      keys: [...keys, third.name],
      filter: [...filters, `(${third.name} > '…'::${third.type})`].join(" AND "),
      sorted: false,
    };
  return { sql: `${from} where ${conditions.join(" and ")}`, method: "btree", keys, filter: filters.join(" AND "), sorted: false };
}

function plan(relation: Relation, { filter, sorted }: Made): Plan {
  const total = relation.pages * (1 + random());
  const node = (type: string, share: number, children: readonly PlanNode[], more: Partial<PlanNode> = {}): PlanNode => ({
    type,
    relation: null,
    index: null,
    indexCondition: null,
    filter: null,
    startupCost: 0,
    totalCost: total * share,
    planRows: 1 + below(100),
    joinType: null,
    strategy: null,
    parallelAware: false,
    scanDirection: null,
    actual: null,
    children,
    ...more,
  });
  const scan = node("Seq Scan", 0.9, [], { relation: { schema: relation.schema, name: relation.name }, filter });
  if (!sorted) return { root: scan, executionTimeMs: null };
  const sort = node("Sort", 0.95, [scan]);
  return { root: chance(0.7) ? node("Limit", 1, [sort]) : sort, executionTimeMs: null };
}

const parser = await openParser();
const lines: string[] = [];
while (lines.length < Number(count)) {
  const relations = [table()];
  const [relation] = relations;
  const made = statement(relation!);
  if (made === null) continue;
  const stats = { ...uncountedStatement(made.sql, null), calls: 1 + below(10_000), totalExecTimeMs: 100 };
  const catalog = { ...emptyCatalog, relations };
  const settings = [{ name: "search_path", value: "public", unit: null }];
  // What group() reads of a snapshot.
  const snapshot = { catalog, statements: [stats], settings } as unknown as Snapshot;
  const { families } = await group(snapshot, parser);
  const [family] = families;
  if (!family) continue;
  const shared = { ...family, load: { ...family.load, share: random() } };
  const evidence = evidenceOf({
    family: shared,
    plan: plan(relation!, made),
    catalog: catalogView(catalog),
    tried: [],
    near: [],
    withValues: false,
  });
  const proposal = {
    kind: "index",
    table: `public.${readableIdent(relation!.name)}`,
    method: made.method,
    keys: made.keys,
    include: [],
    where: null,
  };
  const talk = [...openingMessages(evidence), { role: "assistant", content: JSON.stringify({ proposals: [proposal] }) }];
  if (chance(0.25)) {
    const outcome = chance(0.5)
      ? `proved: saves ${(random() * 100).toFixed(1)} % of the cost`
      : `refused: ${oneOf(["it was proposed before", "not used by any plan", "the planner does not use it"])}`;
    talk.push(outcomeMessage([outcome]), { role: "assistant", content: JSON.stringify({ proposals: [] }) });
  }
  lines.push(JSON.stringify({ messages: talk }));
}
await parser.close();
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${lines.join("\n")}\n`);
