import {
  aboutTable,
  boundText,
  bytes,
  type Column,
  evidence,
  figure,
  type Index,
  isOrdinaryTable,
  isTimestamp,
  listed,
  nextStart,
  objectName,
  type PartitionLayout,
  partitionObstacles,
  partitionSuffix,
  physicalOrder,
  type Relation,
  type RelationName,
  readableIdent,
  readableQualified,
  sameRelation,
  timePartitions,
  tuningRule,
} from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Retention by DELETE asks for partitions by time",
  severity: "note",
  detects: "large tables in order of time from which old rows are deleted by statements",
  effect: "each delete writes WAL, dead rows and index entries for what dropping a partition would do at once",
  remedy: "Partition by range of time, detach and drop old partitions, and let pruning read only the days asked for",
  leaveAlone: "unique constraints without the time column are needed, since a partitioned table cannot have them",
  needs: ["maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-OVERVIEW",
      says: "Dropping an individual partition using DROP TABLE, or doing ALTER TABLE DETACH PARTITION, is far faster than a bulk operation",
    },
  ],
  options: {
    minRows: { default: 20_000_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
    minOrder: { default: 0.9, min: 0, max: 1, unit: "correlation", doc: "How far rows must lie in order of time" },
  },

  *advise({ tables, catalog, families, perDay, options, now, postgres }) {
    for (const table of tables) {
      const rows = catalog.rows(table);
      if (!isOrdinaryTable(table) || table.partitionBound !== null || rows === null || rows < options.minRows) continue;
      // A table that inherits or is inherited from is parted already, by hand.
      if (table.parents.length > 0 || catalog.children(table).length > 0) continue;
      const replacement = { schema: table.schema, name: objectName(table.name, "partitioned") };
      if (catalog.find(replacement)) continue;
      // A generated column cannot part a table.
      const times = table.columns.filter((each) => each.generated === null && (isTimestamp(each.baseType) || each.baseType === "date"));
      for (const column of times) {
        const order = physicalOrder(catalog, table, column.name);
        if (order === null || order < options.minOrder) continue;
        const scans = families.flatMap((family) =>
          family.scans.filter((scan) => sameRelation(scan.relation, table)).map((scan) => ({ family, scan })),
        );
        const byTime = scans.filter(({ scan }) =>
          scan.predicates.some((each) => each.on.column === column.name && /^[<>]=?$/.test(each.operator)),
        );
        const deletes = byTime.filter(({ scan }) => scan.role === "delete");
        if (deletes.length === 0) continue;
        const reads = byTime.filter(({ scan }) => scan.role === "read");
        const deleted = table.activity?.rowsDeleted ?? 0;
        const daily = perDay(deleted);
        const statistics = catalog.statistics(table, column.name);
        const layout = statistics && timePartitions(column, statistics);
        const { unique, words } = partitionObstacles(catalog, table, column.name, postgres);
        const steps = stepsFor(table, column, { replacement, layout, now, unique });
        yield {
          about: aboutTable(table, column.name),
          message:
            (deleted === 0
              ? `Statements delete its old rows by ${column.name}`
              : `${figure(deleted)} of its rows were deleted by ${column.name}`) +
            `${daily === null || deleted === 0 ? "" : `, ${figure(daily)} a day`}; with partitions that is dropping a table` +
            (words.length > 0 ? `. In the way: ${listed(words)}` : ""),
          evidence: [
            evidence("rows", rows, "rows"),
            evidence("size", table.bytes, "bytes"),
            evidence("rows deleted", deleted, "rows"),
            evidence("physical order by it", order, "share"),
            evidence("statements that delete by it", deletes.length),
            evidence("statements that read a range of it", reads.length),
          ],
          apply: steps.apply,
          undo: steps.undo,
          help: `${steps.help}; ${bytes(table.bytes)} need not be copied`,
          trial: {
            kind: "partitions",
            relation: { schema: table.schema, name: table.name },
            column: column.name,
            layout,
            deletes: [...new Set(deletes.map(({ family }) => family.id))],
            otherwise: "rows deleted since the counters were reset, by statements with a range on the column; its correlation in pg_stats",
          },
        };
        break;
      }
    }
  },
});

/** Days before the first new partition takes rows: time to make it all. */
const preparationDays = 7;
/** Partitions made ahead of time. */
const ahead = 3;

interface Plan {
  readonly replacement: RelationName;
  readonly layout: PartitionLayout | null;
  readonly now: number;
  /** Keys that must take the column. */
  readonly unique: readonly Index[];
}

/** What can be made beside the running table, and in words how it takes the table's place. */
function stepsFor(table: Relation, column: Column, { replacement, layout, now, unique }: Plan) {
  const [name, made, by] = [readableQualified(table), readableQualified(replacement), readableIdent(column.name)];
  const parent = `CREATE TABLE ${made} (LIKE ${name} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE) PARTITION BY RANGE (${by})`;
  const drop = `DROP TABLE ${made}`;
  if (layout === null)
    return {
      apply: [parent],
      undo: [drop],
      help: "Attach the old table as the partition of the past (add a NOT VALID CHECK first, validate it, then ATTACH without a scan), make partitions ahead of time with pg_partman or a job, and swap the names",
    };
  const { unit } = layout;
  const start = nextStart(unit, now, preparationDays);
  const text = (time: Date) => `'${boundText(column.baseType, time)}'`;
  const starts = [start];
  while (starts.length <= ahead) starts.push(nextStart(unit, starts.at(-1)!.getTime() + 1, 0));
  const partitions = starts.slice(0, ahead).map((from, at) => {
    const part = { schema: table.schema, name: objectName(table.name, partitionSuffix(unit, from)) };
    return `CREATE TABLE ${readableQualified(part)} PARTITION OF ${made} FOR VALUES FROM (${text(from)}) TO (${text(starts[at + 1]!)})`;
  });
  const keep = (index: Index) => unique.includes(index) || index.constraint?.kind === "exclusion";
  const indexes = table.indexes.filter((index) => index.valid && !keep(index)).map((index) => indexOn(index, made));
  const widened = unique
    .filter(hasPlainKeys)
    .map((index) => ({ index, keys: [...index.keys.map((key) => readableIdent(key.column!)), by].join(", ") }));
  const past = readableIdent(objectName(table.name, "past"));
  return {
    apply: [
      parent,
      ...partitions,
      ...indexes,
      ...foreignKeys(table, made),
      ...widened.flatMap(({ index, keys }) => [
        `CREATE UNIQUE INDEX ON ${made} (${keys})`,
        `CREATE UNIQUE INDEX CONCURRENTLY ${readableIdent(objectName(index.name, "parted"))} ON ${name} (${keys})`,
      ]),
    ],
    undo: [
      ...widened.map(
        ({ index }) => `DROP INDEX CONCURRENTLY ${readableQualified({ schema: index.schema, name: objectName(index.name, "parted") })}`,
      ),
      drop,
    ],
    help:
      `Then, before ${boundText("date", start)}: ALTER TABLE ${name} ADD CHECK (${column.notNull ? "" : `${by} IS NOT NULL AND `}${by} < ${text(start)}) NOT VALID and VALIDATE it; in one transaction ` +
      `RENAME ${name} TO ${past}, RENAME ${made} TO ${readableIdent(table.name)}, and ATTACH PARTITION ${past} FOR VALUES FROM (MINVALUE) TO (${text(start)}), ` +
      `which scans nothing thanks to the CHECK. Make a partition for each ${unit} ahead of time with pg_partman or a job, and drop the past when its last row is due: ` +
      `until then all old rows are one partition; the figures are of the time after. Grants, comments and publications are not copied`,
  };
}

function hasPlainKeys(index: Index): boolean {
  return index.predicate === null && index.keys.every((key) => key.column !== null);
}

/** LIKE leaves them out; on an empty table they check nothing, and ATTACH takes over the old table's own. */
function foreignKeys(table: Relation, made: string): string[] {
  return table.constraints
    .filter(({ kind, local }) => kind === "foreign-key" && local)
    .map(({ definition }) => `ALTER TABLE ${made} ADD ${definition.replace(/ NOT VALID$/, "")}`);
}

/** The same index on the new table, from the server's own text. */
function indexOn(index: Index, table: string): string {
  return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ON ${table} ${index.definition.slice(index.definition.indexOf(" USING ") + 1)}`;
}
