import {
  aboutTable,
  bytes,
  evidence,
  figure,
  isOrdinaryTable,
  isTimestamp,
  listed,
  physicalOrder,
  readableIdent,
  readableQualified,
  sameRelation,
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

  *advise({ tables, catalog, families, perDay, options }) {
    for (const table of tables) {
      const rows = catalog.rows(table);
      if (!isOrdinaryTable(table) || table.partitionBound !== null || rows === null || rows < options.minRows) continue;
      const replacement = { schema: table.schema, name: `${table.name}_partitioned` };
      if (catalog.find(replacement)) continue;
      for (const column of table.columns.filter((each) => isTimestamp(each.baseType) || each.baseType === "date")) {
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
        const unique = table.indexes.filter((each) => each.unique && !each.keys.some((key) => key.column === column.name));
        const deleted = table.activity?.rowsDeleted ?? 0;
        const daily = perDay(deleted);
        const name = readableQualified(table);
        yield {
          about: aboutTable(table, column.name),
          message:
            `${figure(deleted)} of its rows were deleted by ${column.name}` +
            `${daily === null ? "" : `, ${figure(daily)} a day`}; with partitions that is dropping a table` +
            (unique.length > 0 ? `. ${listed(unique.map((each) => each.name))} must then take ${column.name} into its key` : ""),
          evidence: [
            evidence("rows", rows, "rows"),
            evidence("size", table.bytes, "bytes"),
            evidence("rows deleted", deleted, "rows"),
            evidence("physical order by it", order, "share"),
            evidence("statements that delete by it", deletes.length),
            evidence("statements that read a range of it", reads.length),
          ],
          apply: [
            `CREATE TABLE ${readableQualified(replacement)} (LIKE ${name} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE) PARTITION BY RANGE (${readableIdent(column.name)})`,
          ],
          undo: [`DROP TABLE ${readableQualified(replacement)}`],
          help: `Attach the old table as the partition of the past (add a NOT VALID CHECK first, validate it, then ATTACH without a scan), make partitions ahead of time with pg_partman or a job, and swap the names; ${bytes(table.bytes)} need not be copied`,
          trial: {
            kind: "arithmetic",
            formula:
              "rows deleted since the counters were reset, by statements with a range on the column; its correlation in pg_stats. Pruning was not planned",
          },
        };
        break;
      }
    }
  },
});
