import { daysInWords, evidence, figure, percent, readableIdent, readableQualified, tuningRule } from "../../../src/rule/index.ts";

/** Greatest value of the types that a sequence fills. */
const greatest: Readonly<Record<string, bigint>> = { int2: 32_767n, int4: 2_147_483_647n, int8: 9_223_372_036_854_775_807n };
/** ALTER COLUMN … TYPE copies the table under a lock that stops everybody: only of a small one is that the plain answer. */
const smallBytes = 256 * 1024 * 1024;

export default tuningRule({
  title: "A sequence nears its end",
  severity: "warning",
  detects: "sequences that have used up half of what they, or the column they fill, can hold",
  effect: "at the end every insert fails, and the way out is a copy of the table",
  remedy: "Widen sequence and column to bigint while there is time",
  leaveAlone: "the table is about to be replaced, or its rows have all come in one load that is over",
  needs: ["sequences"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createsequence.html",
      says: "When the limit is reached by an ascending sequence, nextval returns an error unless CYCLE is specified",
    },
    {
      url: "https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-NUMERIC-TABLE",
      says: "integer: -2147483648 to +2147483647; bigint: -9223372036854775808 to +9223372036854775807",
    },
  ],
  options: {
    warnAt: { default: 0.5, min: 0.05, max: 0.99, unit: "of the range", doc: "Speak from this part of the range used" },
    errorAt: { default: 0.8, min: 0.1, max: 1, unit: "of the range", doc: "Call it an error from this part of the range used" },
  },

  *advise({ health, catalog, options, perDay }) {
    for (const sequence of health.sequences ?? []) {
      const { owner, cycles, lastValue } = sequence;
      const step = BigInt(sequence.increment);
      if (lastValue === null || cycles || step < 1n) continue;
      const column = owner === null ? null : catalog.column(owner, owner.column);
      const columnMax = greatest[column?.baseType ?? ""] ?? null;
      const sequenceMax = BigInt(sequence.maxValue);
      const max = columnMax !== null && columnMax < sequenceMax ? columnMax : sequenceMax;
      const low = BigInt(sequence.minValue);
      const used = Number(BigInt(lastValue) - low) / Number(max - low);
      if (used < options.warnAt || max >= greatest.int8!) continue;
      const table = owner === null ? null : catalog.find(owner);
      const inserts = perDay(table?.activity?.rowsInserted ?? 0);
      const days = inserts === null || inserts < 1 ? null : Number(max - BigInt(lastValue)) / Number(step) / inserts;
      const widenSequence = `ALTER SEQUENCE ${readableQualified(sequence)} AS bigint`;
      const narrow = column !== null && columnMax !== null && columnMax < greatest.int8!;
      const small = table !== null && table.bytes <= smallBytes;
      yield {
        about: { kind: "sequence", sequence: { schema: sequence.schema, name: sequence.name } },
        severity: used >= options.errorAt ? "error" : "warning",
        message:
          `${percent(used)} of its range is used: ${figure(Number(max - BigInt(lastValue)))} values are left` +
          (days === null ? "" : `, about ${daysInWords(days)} at the present rate of inserts`) +
          (narrow ? `; the column ${owner!.name}.${owner!.column} is ${column.type}` : ""),
        evidence: [
          evidence("last value", lastValue),
          evidence("limit", max.toString()),
          evidence("used", used, "share"),
          ...(inserts === null ? [] : [evidence("inserts per day", inserts, "rows")]),
        ],
        apply: !narrow
          ? [widenSequence]
          : small
            ? [
                `ALTER TABLE ${readableQualified(table)} ALTER COLUMN ${readableIdent(owner!.column)} TYPE bigint`,
                ...(sequence.type === "bigint" ? [] : [widenSequence]),
              ]
            : [],
        undo: [],
        help:
          narrow && !small
            ? "Add a bigint column, keep it equal by a trigger, fill it in batches, index it CONCURRENTLY and swap the names in one short transaction; widen the foreign keys that point to it the same way"
            : narrow
              ? "Change the type: it copies the table under ACCESS EXCLUSIVE, which a table of this size takes in seconds; widen referencing columns as well"
              : "Widen the sequence: only its own row changes",
        trial: {
          kind: "arithmetic",
          formula: `(last value − ${low}) ÷ (limit − ${low}), the limit being the lesser of sequence and column`,
        },
      };
    }
  },
});
