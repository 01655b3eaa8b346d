import {
  alterTable,
  inLaterMigration,
  inUse,
  migrationRule,
  objectName,
  readableIdent,
  readableQualified,
  type SchemaChange,
  sameRelation,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "ATTACH that reads the new partition",
  detects: "`ATTACH PARTITION` of a table no valid CHECK proves to fit",
  effect: "ACCESS EXCLUSIVE on the table while all its rows are read",
  remedy: "Add a CHECK for the bound NOT VALID, validate it, then attach: the scan is skipped",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-partitioning.html",
      says: "How partitions are added, attached and detached with the least locking",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "attach-partition" || !inUse(before, change.partition)) return null;
    if (!context.work.some((each) => each.kind === "scan" && sameRelation(each.relation, change.partition))) return null;
    const [key, ...others] = before.table(change.relation)?.partitionKey ?? [];
    const check = key !== undefined && others.length === 0 && change.bound ? bound(key, change.bound) : null;
    const name = readableIdent(objectName(change.partition.name, "bound"));
    return {
      message: `Attaching ${readableQualified(change.partition)} reads all its rows while nobody else can`,
      about: change.partition,
      rests: "scan",
      safer:
        check === null
          ? []
          : [
              `${alterTable(change.partition)} ADD CONSTRAINT ${name} CHECK (${check}) NOT VALID`,
              ...inLaterMigration(context, before, `${alterTable(change.partition)} VALIDATE CONSTRAINT ${name}`),
              "-- then ATTACH PARTITION as written, and drop the CHECK",
            ],
    };
  },
});

type Bound = NonNullable<Extract<SchemaChange, { kind: "attach-partition" }>["bound"]>;

function bound(key: string, { kind, values, complete }: Bound): string | null {
  const column = readableIdent(key);
  if (!complete || (kind === "list" && values.includes(null))) return null;
  if (kind === "list") return `${column} IS NOT NULL AND ${column} IN (${values.join(", ")})`;
  const [low, high] = values;
  return [`${column} IS NOT NULL`, ...(low == null ? [] : [`${column} >= ${low}`]), ...(high == null ? [] : [`${column} < ${high}`])].join(
    " AND ",
  );
}
