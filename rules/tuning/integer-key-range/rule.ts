import { aboutTable, evidence, figure, ident, percent, readableQualified, tuningRule } from "../../../src/rule/index.ts";

const greatest: Readonly<Record<string, number>> = { int2: 32_767, int4: 2_147_483_647 };
const smallBytes = 256 * 1024 * 1024;

export default tuningRule({
  title: "An integer key nears the end of its type",
  severity: "warning",
  detects: "integer and smallint keys, and columns that point to keys, whose greatest value has passed half of the type's range",
  effect: "at the end inserts fail, also where the sequence or the parent table is bigint already",
  remedy: "Widen the column to bigint while there is time",
  leaveAlone: "the values come from a fixed list that does not grow",
  needs: ["sequences"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT",
      says: "Attempts to store values outside of the allowed range will result in an error",
    },
  ],
  options: { warnAt: { default: 0.5, min: 0.05, max: 0.99, unit: "of the range", doc: "Speak from this part of the range used" } },

  *advise({ tables, options, sequence }) {
    for (const table of tables) {
      if (table.kind !== "table") continue;
      const keys = new Set(
        table.constraints
          .filter((each) => each.kind === "primary-key" || each.kind === "foreign-key" || each.kind === "unique")
          .flatMap((each) => each.columns),
      );
      for (const column of table.columns) {
        const limit = greatest[column.baseType];
        // A sequence of its own is judged by what it has given out.
        if (limit === undefined || !keys.has(column.name) || sequence(table, column.name) !== null) continue;
        const bounds = column.statistics?.histogramBounds?.match(/-?\d+/g) ?? [];
        const high = Math.max(Number(column.ends?.high ?? Number.NaN), 0) || Number(bounds.at(-1) ?? Number.NaN);
        // Hashes and random numbers fill their type from the first day; what is counted up begins near nought.
        if (Number(column.ends?.low ?? bounds[0] ?? 0) < -limit / 4) continue;
        const used = high / limit;
        if (!(used >= options.warnAt)) continue;
        const name = readableQualified(table);
        yield {
          about: aboutTable(table, column.name),
          severity: used >= 0.8 ? "error" : "warning",
          message: `Its greatest value has come to ${percent(used)} of what ${column.type} holds`,
          evidence: [
            evidence("limit", limit),
            evidence("used", used, "share"),
            evidence("read from", column.ends ? "the end of an index" : "the histogram"),
          ],
          apply: table.bytes <= smallBytes ? [`ALTER TABLE ${name} ALTER COLUMN ${ident(column.name)} TYPE bigint`] : [],
          undo: [],
          help:
            table.bytes <= smallBytes
              ? "The change copies the table under ACCESS EXCLUSIVE, which at this size takes seconds"
              : "Add a bigint column, keep it equal by a trigger, fill it in batches, index it CONCURRENTLY and swap the names in one short transaction",
          trial: { kind: "arithmetic", formula: `greatest value (of a row, so not printed) ÷ ${figure(limit)} = ${percent(used)}` },
        };
      }
    }
  },
});
