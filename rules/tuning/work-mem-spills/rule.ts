import { aboutStatement, bytes, evidence, settingBytes, tuningRule, upToPowerOfTwoMegabytes } from "../../../src/rule/index.ts";

/** Bytes of a block that pg_stat_statements counts. */
const blockBytes = 8192;
/** Memory for each byte written: the most of seven sorts, hashes and aggregates measured was 1.62 (docs/benchmarks.md, "Spills"). */
const memoryPerSpilledByte = 1.75;
const spillingNodes = [
  "Sort",
  "Incremental Sort",
  "Hash",
  "Aggregate",
  "Materialize",
  "WindowAgg",
  "CTE Scan",
  "Memoize",
  "SetOp",
  "Unique",
];

export default tuningRule({
  title: "Sorts and hashes spill to disk",
  severity: "warning",
  detects: "statements that write temporary files on every call because work_mem is smaller than what they sort or hash",
  effect: "rows are written to disk and read back instead of staying in memory",
  remedy: "Raise work_mem for the transaction, the function or the role that runs the statement",
  leaveAlone: "the statement runs rarely at night, or so many sessions run it at once that their memory together would not fit",
  needs: ["settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM",
      says: "Sets the base maximum amount of memory to be used by a query operation (such as a sort or hash table) before writing to temporary disk files",
    },
    {
      url: "https://www.postgresql.org/docs/current/pgstatstatements.html",
      says: "temp_blks_written: total number of temp blocks written by the statement",
    },
  ],
  options: {
    minBytesPerCall: { default: 1_048_576, min: 0, max: 1e12, unit: "bytes", doc: "Smaller spills stay in the file system's cache" },
    maxWorkMem: {
      default: 536_870_912,
      min: 65_536,
      max: 1e12,
      unit: "bytes",
      doc: "Never propose more: a statement that needs it wants an index or fewer rows",
    },
  },

  *advise({ families, amount, options }) {
    const current = amount("work_mem");
    if (current === null) return;
    const spilling = families
      .flatMap((family) => {
        const blocks = family.statements.reduce((sum, each) => sum + (each.tempBlocksWritten ?? 0), 0);
        const perCall = (blocks * blockBytes) / Math.max(1, family.load.calls);
        return perCall < options.minBytesPerCall ? [] : [{ family, blocks, perCall }];
      })
      .toSorted((a, b) => b.blocks - a.blocks || (a.family.id < b.family.id ? -1 : 1));
    for (const { family, blocks, perCall } of spilling) {
      const wanted = upToPowerOfTwoMegabytes(current + perCall * memoryPerSpilledByte);
      if (wanted > options.maxWorkMem) continue;
      const value = settingBytes(wanted);
      yield {
        about: aboutStatement(family),
        message: `Each call writes ${bytes(perCall)} of temporary files with work_mem at ${bytes(current)}; ${value} should hold it`,
        evidence: [
          evidence("temporary files written", blocks * blockBytes, "bytes"),
          evidence("calls", family.load.calls),
          evidence("per call", perCall, "bytes"),
          evidence("work_mem", current, "bytes"),
        ],
        apply: [`SET LOCAL work_mem = '${value}'`],
        undo: [],
        help: "Run this at the start of the transaction that holds the statement, or set it for its role: ALTER ROLE … SET work_mem",
        trial: {
          kind: "settings",
          settings: { work_mem: value },
          comparable: true,
          helps: [family.id],
          minGain: 0.02,
          otherwise:
            `temp_blks_written × ${blockBytes} ÷ calls = ${bytes(perCall)} a call, × ${memoryPerSpilledByte} in memory, + work_mem, ` +
            `up to the next power of two = ${value}; the planner expects fewer rows than are sorted`,
          whileNodes: spillingNodes,
        },
      };
    }
  },
});
