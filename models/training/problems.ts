import type { MadeColumn, MadeTable, Role } from "./applications.ts";
import type { Chance } from "./random.ts";

export interface Posed {
  /** Name of the kind of problem: for counting, never a label. */
  readonly kind: string;
  readonly sql: string;
}

interface Frame {
  readonly table: MadeTable;
  readonly tables: readonly MadeTable[];
  readonly random: Chance;
  /** A column of one of these roles; throws NoSuchColumn when the table has none. */
  readonly column: (...roles: Role[]) => MadeColumn;
  /** What a statement selects: a few columns, all, or a count. */
  readonly list: () => string;
}

class NoSuchColumn extends Error {}

/** `count` statements over the application, each a problem drawn at random; those that its columns cannot pose are drawn again. */
export function poseProblems(tables: readonly MadeTable[], count: number, random: Chance): readonly Posed[] {
  const posed: Posed[] = [];
  const kinds = Object.entries(problems);
  for (let tries = 0; posed.length < count && tries < count * 40; tries++) {
    const table = random.pick(tables);
    const [kind, pose] = random.pick(kinds);
    try {
      posed.push({ kind, sql: pose(frameOf(table, tables, random)) });
    } catch (error) {
      if (!(error instanceof NoSuchColumn)) throw error;
    }
  }
  return posed;
}

function frameOf(table: MadeTable, tables: readonly MadeTable[], random: Chance): Frame {
  const used = new Set<string>();
  const column = (...roles: Role[]) => {
    const able = table.columns.filter((each) => roles.includes(each.role) && !used.has(each.name));
    if (able.length === 0) throw new NoSuchColumn();
    const found = random.pick(able);
    used.add(found.name);
    return found;
  };
  const list = () => {
    const kind = random.between(0, 5);
    if (kind === 0) return "count(*)";
    if (kind <= 2) return "*";
    return random
      .some(table.columns, random.between(1, 3))
      .map(({ name }) => name)
      .join(", ");
  };
  return { table, tables, random, column, list };
}

const value = ({ values, role, type }: MadeColumn, random: Chance): string => {
  if (role === "state") return `'${random.pick(values)}'`;
  if (role === "flag") return random.pick(["true", "false"]);
  if (role === "count") return String(random.between(1, 300));
  if (role === "amount") return String(random.between(10, 90_000));
  if (role === "key" || role === "parent")
    return type === "uuid" ? "'3f2504e0-4f89-41d3-9a0c-0305e82c3301'" : String(random.between(1, 9999));
  if (role === "day") return "'2025-11-03'";
  if (role === "moment" || role === "removed") return "'2025-12-20 10:00:00'";
  if (role === "address") return "'10.1.2.3'";
  return `'v${random.between(100, 999)}'`;
};
const equals = (column: MadeColumn, random: Chance) => `${column.name} = ${value(column, random)}`;
const since = (column: MadeColumn, random: Chance) =>
  random.often(0.5)
    ? `${column.name} >= '2025-${random.between(10, 12)}-01'`
    : `${column.name} between '2025-03-01' and '2025-0${random.between(3, 6)}-28'`;
const way = (random: Chance) => random.pick(["", " desc"]);
const limit = (random: Chance) => ` limit ${random.pick([1, 10, 20, 50, 200])}`;

/** Each poses one kind of access-path problem on a table; several answers, or none, may be right. */
const problems: Readonly<Record<string, (frame: Frame) => string>> = {
  "by-key": ({ table, column, random }) => `select * from ${table.name} where ${equals(column("key"), random)}`,
  "by-one": ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${equals(column("parent", "state", "code", "email", "count", "title", "address"), random)}`,
  "by-two": ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${equals(column("parent", "code"), random)} and ${equals(column("state", "flag", "count"), random)}`,
  "by-one-in-order": ({ table, column, random }) => {
    const filter = column("parent", "state", "flag", "code");
    const order = column("moment", "amount", "count", "day");
    return `select * from ${table.name} where ${equals(filter, random)} order by ${order.name}${way(random)}${limit(random)}`;
  },
  "two-in-order": ({ table, column, random }) => {
    const order = column("moment", "amount");
    return `select * from ${table.name} where ${equals(column("parent"), random)} and ${equals(column("state", "flag"), random)} order by ${order.name} desc${limit(random)}`;
  },
  "in-order": ({ table, column, list, random }) =>
    `select ${list().replace("count(*)", "*")} from ${table.name} order by ${column("moment", "amount", "title", "count").name}${way(random)}${limit(random)}`,
  "two-ways": ({ table, column, random }) =>
    `select * from ${table.name} order by ${column("count", "state").name}, ${column("moment").name} desc${limit(random)}`,
  recent: ({ table, column, list, random }) => `select ${list()} from ${table.name} where ${since(column("moment", "day"), random)}`,
  "one-and-recent": ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${equals(column("parent", "state", "code"), random)} and ${since(column("moment", "day"), random)}`,
  "in-list": ({ table, column, list, random }) => {
    const filter = column("parent", "code", "state", "count");
    return `select ${list()} from ${table.name} where ${filter.name} in (${[1, 2, 3].map(() => value(filter, random)).join(", ")})`;
  },
  either: ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${equals(column("parent", "code", "email"), random)} or ${equals(column("code", "title", "address", "parent"), random)}`,
  "any-case": ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where lower(${column("email", "title", "code").name}) = ${`'abc${random.between(1, 99)}'`}`,
  starts: ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${column("title", "code", "email").name} like 'ab${random.between(1, 99)}%'`,
  contains: ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${column("title", "note", "email").name} ${random.pick(["like", "ilike"])} '%needle${random.between(1, 99)}%'`,
  regex: ({ table, column, random }) =>
    `select * from ${table.name} where ${column("title", "note").name} ~ 'abc${random.between(1, 99)}[0-9]+'`,
  "has-tag": ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${column("tags").name} ${random.pick(["@>", "&&"])} array['t${random.between(1, 99)}']`,
  "any-tag": ({ table, column, random }) => `select * from ${table.name} where 't${random.between(1, 99)}' = any(${column("tags").name})`,
  "document-holds": ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${column("document").name} @> '{"${random.pick(documentKeys)}": ${random.between(1, 99)}}'`,
  "document-has": ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${column("document").name} ${random.pick(["? 'beta'", "?| array['beta', 'gamma']"])}`,
  "document-path": ({ table, column, random }) =>
    `select * from ${table.name} where ${column("document").name} @? '$.items[*] ? (@.price > ${random.between(1, 99)})'`,
  "document-value": ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${column("document").name} ->> '${random.pick(documentKeys)}' = 'v${random.between(1, 99)}'`,
  "document-number": ({ table, column, random }) =>
    `select * from ${table.name} where (${column("document").name} ->> '${random.pick(documentKeys)}')::int ${random.pick(["=", ">"])} ${random.between(1, 9000)}`,
  matches: ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${column("search").name} @@ plainto_tsquery('english', 'word${random.between(1, 99)}')`,
  "matches-text": ({ table, column, random }) =>
    `select * from ${table.name} where to_tsvector('english', ${column("note", "title").name}) @@ to_tsquery('english', 'word${random.between(1, 99)}')`,
  overlaps: ({ table, column, list, random }) =>
    `select ${list()} from ${table.name} where ${column("span").name} ${random.pick(["&&", "@>"])} tstzrange('2025-05-01', '2025-05-02')`,
  "span-holds": ({ table, column }) => `select * from ${table.name} where ${column("span").name} @> '2025-05-01 10:00:00+00'::timestamptz`,
  nearest: ({ table, column, random }) =>
    `select * from ${table.name} order by ${column("place").name} <-> point(${random.between(1, 99)}, 5) limit 10`,
  inside: ({ table, column, random }) =>
    `select * from ${table.name} where ${column("place").name} <@ box '((0,0),(${random.between(1, 9)},4))'`,
  network: ({ table, column, random }) =>
    `select * from ${table.name} where ${column("address").name} << '10.${random.between(1, 99)}.0.0/16'`,
  alive: ({ table, column, list, random }) => {
    const filter = column("parent", "code", "state");
    return `select ${list()} from ${table.name} where ${column("removed").name} is null and ${equals(filter, random)}`;
  },
  dead: ({ table, column }) => `select * from ${table.name} where ${column("removed").name} is not null`,
  queue: ({ table, column, random }) => {
    const order = column("moment", "count");
    return `select * from ${table.name} where ${equals(column("flag"), random)} order by ${order.name} limit 5`;
  },
  extreme: ({ table, column, random }) =>
    `select ${random.pick(["min", "max"])}(${column("moment", "amount", "count").name}) from ${table.name} where ${equals(column("parent", "state"), random)}`,
  "extreme-of-all": ({ table, column, random }) =>
    `select ${random.pick(["min", "max"])}(${column("moment", "amount").name}) from ${table.name}`,
  tally: ({ table, column }) => `select ${column("state").name}, count(*) from ${table.name} group by 1`,
  "tally-recent": ({ table, column, random }) => {
    const by = column("state", "parent", "count");
    return `select ${by.name}, count(*), max(${column("moment").name}) from ${table.name} where ${since(column("moment", "day"), random)} group by 1`;
  },
  sum: ({ table, column, random }) =>
    `select sum(${column("amount", "count").name}) from ${table.name} where ${equals(column("parent", "state"), random)}`,
  "by-month": ({ table, column, random }) =>
    `select * from ${table.name} where date_trunc('month', ${column("moment").name}) = '2025-0${random.between(1, 9)}-01'`,
  latest: ({ table, column }) => {
    const by = column("parent");
    return `select distinct on (${by.name}) * from ${table.name} order by ${by.name}, ${column("moment").name} desc`;
  },
  page: ({ table, column, random }) => {
    const order = column("moment", "amount");
    return `select * from ${table.name} where (${order.name}, ${table.columns[0]!.name}) < (${value(order, random)}, ${value(table.columns[0]!, random)}) order by ${order.name} desc, ${table.columns[0]!.name} desc limit 20`;
  },
  "join-one": (frame) =>
    joined(
      frame,
      (parent, child, on) => `select ${child.name}.* from ${child.name} join ${parent.name} on ${on} where ${frameFilter(frame, parent)}`,
    ),
  "join-recent": (frame) =>
    joined(
      frame,
      (parent, child, on) =>
        `select ${parent.name}.*, ${child.name}.${child.columns[0]!.name} from ${parent.name} join ${child.name} on ${on} where ${qualifiedFilter(frame, child, ["moment", "day"])}`,
    ),
  "join-count": (frame) =>
    joined(
      frame,
      (parent, child, on) =>
        `select ${parent.name}.${parent.columns[0]!.name}, count(*) from ${parent.name} join ${child.name} on ${on} where ${frameFilter(frame, parent)} group by 1`,
    ),
  "exists-child": (frame) =>
    joined(
      frame,
      (parent, child, on) =>
        `select * from ${parent.name} where exists (select 1 from ${child.name} where ${on} and ${frameFilter(frame, child)})`,
    ),
  "no-child": (frame) =>
    joined(
      frame,
      (parent, child, on) =>
        `select * from ${parent.name} where ${frameFilter(frame, parent)} and not exists (select 1 from ${child.name} where ${on})`,
    ),
  update: ({ table, column, random }) =>
    `update ${table.name} set ${column("state", "count").name} = ${"default"} where ${equals(column("parent", "code", "email"), random)}`,
  delete: ({ table, column, random }) =>
    `delete from ${table.name} where ${column("moment", "day").name} < '2021-0${random.between(1, 9)}-01'`,
};

const documentKeys = ["kind", "size", "color", "region", "plan", "version"];

/** The frame's table with one that it points to, in both roles. */
function joined(frame: Frame, write: (parent: MadeTable, child: MadeTable, on: string) => string): string {
  const reference = frame.column("parent");
  const parent = frame.tables.find((other) => other.name === reference.references);
  if (!parent) throw new NoSuchColumn();
  return write(parent, frame.table, `${frame.table.name}.${reference.name} = ${parent.name}.${parent.columns[0]!.name}`);
}

function frameFilter(frame: Frame, table: MadeTable): string {
  return qualifiedFilter(frame, table, ["code", "email", "state", "title", "count", "flag"]);
}

function qualifiedFilter({ random }: Frame, table: MadeTable, roles: readonly Role[]): string {
  const able = table.columns.filter((each) => roles.includes(each.role));
  if (able.length === 0) throw new NoSuchColumn();
  const column = random.pick(able);
  return `${table.name}.${column.role === "moment" || column.role === "day" ? since(column, random) : equals(column, random)}`;
}
