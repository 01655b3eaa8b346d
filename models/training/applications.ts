import type { Chance } from "./random.ts";

/** What a column is for: decides its type, its figures and which problems can be posed on it. */
export type Role =
  | "key"
  | "parent"
  | "state"
  | "flag"
  | "moment"
  | "day"
  | "amount"
  | "count"
  | "title"
  | "email"
  | "code"
  | "tags"
  | "document"
  | "search"
  | "span"
  | "place"
  | "address"
  | "removed"
  | "note";

export interface MadeColumn {
  readonly name: string;
  readonly role: Role;
  readonly type: string;
  /** Of a `parent`: the table it points to. */
  readonly references: string | null;
  /** Values that statements compare it with; the last is the rarest. */
  readonly values: readonly string[];
}

export interface MadeTable {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly MadeColumn[];
  /** DDL of the table and of the indexes it already has, and the comment with its figures. */
  readonly sql: string;
}

/** A schema of a few tables as one application would have it, with figures as comments and no rows. */
export function makeApplication(random: Chance): readonly MadeTable[] {
  const names = random.some(tableNames, random.between(3, 5));
  const made: MadeTable[] = [];
  for (const name of names) made.push(makeTable(name, made, random));
  return made;
}

function makeTable(name: string, others: readonly MadeTable[], random: Chance): MadeTable {
  const rows = random.magnitude(300, 40_000_000);
  const key = keyColumn(random);
  const optional = random.some(optionalRoles, random.between(5, 10));
  const parents = random.some(others, random.often(0.8) ? random.between(1, 2) : 0);
  const taken = new Set<string>();
  const columns = [key, ...parents.map((other) => parentColumn(other)), ...optional.map((role) => makeColumn(role, random))].filter(
    ({ name }) => !taken.has(name) && taken.add(name),
  );
  const figures = columns.flatMap((column) => columnFigures(column, rows, others, random));
  const indexes = existingIndexes(name, columns, random);
  const sql = [
    `-- plansmith: ${name} rows=${rows}${random.often(0.7) ? ` inserts=${Math.round(rows / 10)} updates=${Math.round(rows / 50)} deletes=0` : ""} ${figures.join(" ")}`,
    `create table ${name} (`,
    columns.map((column) => `  ${columnSql(column)}`).join(",\n"),
    ");",
    ...indexes,
  ].join("\n");
  return { name, rows, columns, sql };
}

function keyColumn(random: Chance): MadeColumn {
  const type = random.pick(["bigint", "bigint", "integer", "uuid"]);
  return { name: random.pick(["id", "id", "id", "pk"]), role: "key", type, references: null, values: [] };
}

function parentColumn(other: MadeTable): MadeColumn {
  const key = other.columns[0]!;
  return { name: `${singular(other.name)}_${key.name}`, role: "parent", type: key.type, references: other.name, values: [] };
}

const singular = (name: string) => name.replace(/ies$/, "y").replace(/s$/, "");

function makeColumn(role: Exclude<Role, "key" | "parent">, random: Chance): MadeColumn {
  const [names, types] = vocabulary[role];
  const values = role === "state" ? random.pick(stateSets) : [];
  return { name: random.pick(names), role, type: random.pick(types), references: null, values };
}

function columnSql({ name, role, type, references }: MadeColumn): string {
  if (role === "key") return `${name} ${type} primary key`;
  if (role === "parent") return `${name} ${type} references ${references}`;
  return `${name} ${type}${role === "moment" || role === "state" || role === "flag" ? " not null" : ""}`;
}

/** As `applyFigures` reads them. */
function columnFigures(
  { name, role, references, values }: MadeColumn,
  rows: number,
  others: readonly MadeTable[],
  random: Chance,
): string[] {
  const of = (figures: Readonly<Record<string, string | number>>) =>
    Object.entries(figures).map(([figure, value]) => `${name}.${figure}=${value}`);
  switch (role) {
    case "key":
      return of({ distinct: -1, correlation: random.often(0.6) ? 1 : 0 });
    case "parent": {
      const parents = others.find((other) => other.name === references)?.rows ?? rows;
      return of({
        distinct: Math.max(1, Math.min(parents, Math.round(rows * random.next()))),
        correlation: 0,
        nulls: random.often(0.2) ? 0.3 : 0,
      });
    }
    case "state": {
      const common = random.often(0.6) ? skewedParts(values) : evenParts(values);
      return of({ distinct: values.length, common: common.map(([value, part]) => `${value}:${part}`).join("|"), correlation: 0.1 });
    }
    case "flag": {
      const part = random.pick([0.002, 0.03, 0.5, 0.97]);
      return of({
        distinct: 2,
        common: `${part > 0.5 ? "t" : "f"}:${Math.max(part, 1 - part)}|${part > 0.5 ? "f" : "t"}:${Math.min(part, 1 - part)}`,
      });
    }
    case "moment":
    case "day":
      return of({ distinct: role === "day" ? 1500 : -0.9, correlation: random.pick([0.02, 0.4, 0.995]), range: "2021-01-01..2026-01-01" });
    case "amount":
      return of({ distinct: random.pick([200, 5000, -0.4]), correlation: 0, range: "0..100000" });
    case "count":
      return of({ distinct: random.pick([5, 60, 900]), correlation: 0.1, range: "0..900" });
    case "title":
    case "note":
      return of({ distinct: role === "title" ? random.pick([-0.8, 4000]) : -1, width: role === "title" ? 24 : 400 });
    case "email":
      return of({ distinct: -1, width: 24 });
    case "code":
      return of({ distinct: random.pick([-1, -0.3, 300]), width: 12 });
    case "tags":
      return of({ distinct: -0.2, width: 60 });
    case "document":
      return of({ distinct: -1, width: random.pick([120, 900]) });
    case "search":
      return of({ distinct: -1, width: 300 });
    case "span":
    case "place":
      return of({ distinct: -1, width: role === "span" ? 22 : 16 });
    case "address":
      return of({ distinct: random.pick([-0.5, 8000]), width: 7 });
    case "removed":
      return of({ distinct: -0.05, nulls: random.pick([0.02, 0.95, 0.999]) });
  }
}

function skewedParts(values: readonly string[]): (readonly [string, number])[] {
  return values.map((value, at) => [value, Number((0.86 * 0.12 ** at).toPrecision(3))] as const);
}
function evenParts(values: readonly string[]): (readonly [string, number])[] {
  return values.map((value) => [value, Number((0.98 / values.length).toPrecision(3))] as const);
}

/** Some foreign keys and filters are indexed already, as in life: then another index, or none, is the answer. */
function existingIndexes(table: string, columns: readonly MadeColumn[], random: Chance): string[] {
  const simple = columns.filter(({ role }) => ["parent", "moment", "state", "code", "email"].includes(role));
  return simple.filter(() => random.often(0.3)).map(({ name }) => `create index on ${table} (${name});`);
}

const optionalRoles: readonly Exclude<Role, "key" | "parent">[] = [
  "state",
  "flag",
  "moment",
  "moment",
  "day",
  "amount",
  "count",
  "title",
  "email",
  "code",
  "tags",
  "document",
  "search",
  "span",
  "place",
  "address",
  "removed",
  "note",
];

const vocabulary: Readonly<Record<Exclude<Role, "key" | "parent">, readonly [names: readonly string[], types: readonly string[]]>> = {
  state: [
    ["status", "state", "phase", "kind", "stage", "level"],
    ["text", "text", "varchar(20)"],
  ],
  flag: [["active", "is_paid", "archived", "verified", "processed", "hidden"], ["boolean"]],
  moment: [
    ["created_at", "updated_at", "occurred_at", "sent_at", "started_at", "logged_at"],
    ["timestamptz", "timestamptz", "timestamp"],
  ],
  day: [["due_on", "booked_on", "born_on", "billing_day"], ["date"]],
  amount: [
    ["total", "price", "balance", "amount", "fee"],
    ["numeric(12,2)", "double precision"],
  ],
  count: [
    ["priority", "attempts", "quantity", "score", "rank"],
    ["integer", "smallint"],
  ],
  title: [
    ["name", "title", "label", "subject"],
    ["text", "varchar(200)"],
  ],
  email: [
    ["email", "login", "contact_email"],
    ["text", "varchar(120)"],
  ],
  code: [
    ["code", "sku", "reference", "slug", "external_id"],
    ["text", "varchar(40)"],
  ],
  tags: [["tags", "labels", "topics", "roles"], ["text[]"]],
  document: [["meta", "payload", "attributes", "settings", "properties"], ["jsonb"]],
  search: [["search", "document_vector", "tsv"], ["tsvector"]],
  span: [["during", "valid_during", "slot"], ["tstzrange"]],
  place: [["location", "position", "coordinates"], ["point"]],
  address: [["ip", "client_ip", "host"], ["inet"]],
  removed: [["deleted_at", "removed_at", "cancelled_at", "locked_at"], ["timestamptz"]],
  note: [["note", "body", "description", "comment_text"], ["text"]],
};

const stateSets: readonly (readonly string[])[] = [
  ["done", "open", "failed"],
  ["closed", "active", "pending", "error"],
  ["delivered", "shipped", "packed", "lost"],
  ["info", "warning", "fatal"],
  ["published", "draft"],
];

const tableNames = [
  "orders",
  "customers",
  "invoices",
  "payments",
  "shipments",
  "products",
  "reviews",
  "sessions",
  "events",
  "messages",
  "tickets",
  "devices",
  "readings",
  "articles",
  "comments",
  "accounts",
  "transfers",
  "bookings",
  "rooms",
  "patients",
  "visits",
  "jobs",
  "runs",
  "alerts",
  "courses",
  "students",
  "grades",
  "vehicles",
  "trips",
  "documents",
  "folders",
  "uploads",
  "campaigns",
  "clicks",
  "leads",
  "contracts",
  "claims",
  "policies",
  "songs",
  "playlists",
  "followers",
  "posts",
  "likes",
  "warehouses",
  "movements",
  "sensors",
  "meters",
  "tariffs",
  "audits",
  "releases",
];
