import {
  type ConstraintState,
  columnList,
  type IndexState,
  type MigrationState,
  migrationRule,
  outsideTransaction,
  type PastChange,
  readableIdent,
  readableQualified,
  relationKey,
  type TableState,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "foreign key without an index",
  detects: "A foreign key whose columns lead no index of the referring table",
  effect: "Each delete or key update of a referenced row reads the whole referring table, holding its locks meanwhile",
  remedy: "Build an index that leads with the columns of the key",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
      says: "A delete or key update of a referenced row looks for rows that refer to it; an index on them is often a good idea",
    },
  ],

  *conclude(after, context) {
    const seen = new Set<string>();
    for (const at of after.earlier) {
      for (const { table, constraint } of keysTouched(at, after)) {
        const { references, columns } = constraint;
        const id = `${relationKey(table)} ${constraint.name}`;
        if (!references || seen.has(id) || (at.change.kind !== "drop" && !constraint.addedHere)) continue;
        seen.add(id);
        const target = after.table(references.relation);
        const quietTarget =
          context.hasFigures &&
          target?.before?.activity &&
          target.before.activity.rowsDeleted === 0 &&
          target.before.activity.rowsUpdated === 0;
        const existing = !table.complete && table.before === null && !table.createdHere;
        if (existing || quietTarget || table.kind === "view" || table.temporary || columns.length === 0) continue;
        if (table.indexes.some((each) => serves(each, columns))) continue;
        yield {
          at,
          message: `No index of ${readableQualified(table)} leads with ${columns.map(readableIdent).join(", ")}, so each delete in ${readableQualified(references.relation)} reads the whole table`,
          about: table,
          safer:
            table.createdHere || table.kind === "partitioned-table"
              ? [`CREATE INDEX ON ${readableQualified(table)} ${columnList(columns)}`]
              : outsideTransaction(context, after, `CREATE INDEX CONCURRENTLY ON ${readableQualified(table)} ${columnList(columns)}`),
        };
      }
    }
  },
});

/** Foreign keys that a change adds, or takes an index from. */
function keysTouched({ change }: PastChange, after: MigrationState): { table: TableState; constraint: ConstraintState }[] {
  if (change.kind === "drop" && change.what === "index")
    return after
      .tables()
      .filter((table) =>
        table.before?.indexes.some((index) =>
          change.names.some((each) => each.name === index.name && each.schema === index.schema && leadsAKey(index.keys, table)),
        ),
      )
      .flatMap((table) => table.constraints.filter((each) => each.references).map((constraint) => ({ table, constraint })));
  if (change.kind !== "create-table" && change.kind !== "add-column" && change.kind !== "add-constraint") return [];
  const table = after.table(change.relation);
  // An inline key that this change brings: found again by its columns.
  const added =
    change.kind === "add-constraint"
      ? [change.constraint]
      : change.kind === "add-column"
        ? change.column.constraints
        : [...change.constraints, ...change.columns.flatMap((each) => each.constraints)];
  return table
    ? table.constraints
        .filter((each) => each.references && added.some((own) => own.references && own.columns.join() === each.columns.join()))
        .map((constraint) => ({ table, constraint }))
    : [];
}

function leadsAKey(keys: readonly { readonly column: string | null }[], table: TableState): boolean {
  return table.constraints.some((each) => each.references && each.columns.includes(keys[0]?.column ?? ""));
}

/** The columns are the index's first keys in any order; one that leaves out only nulls serves as well. */
function serves(index: IndexState, columns: readonly string[]): boolean {
  if (!index.valid || (index.accessMethod !== "btree" && index.accessMethod !== "hash")) return false;
  if (index.predicate !== null && !columns.some((each) => new RegExp(`^\\(?"?${each}"? IS NOT NULL\\)?$`, "i").test(index.predicate ?? "")))
    return false;
  const leading = index.keys.slice(0, columns.length).map((each) => each.column);
  return leading.length === columns.length && columns.every((each) => leading.includes(each));
}
