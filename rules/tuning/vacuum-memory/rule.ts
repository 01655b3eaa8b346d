import {
  aboutTable,
  bytes,
  evidence,
  figure,
  relationKey,
  setSystem,
  settingBytes,
  tuningRule,
  upToPowerOfTwoMegabytes,
} from "../../../src/rule/index.ts";

/** A row pointer in the list of dead rows before PostgreSQL 17 (ItemPointerData, itemptr.h); the tree of later versions takes less where a page has several. */
const bytesPerDeadRow = 6;
/** The list may not be longer before PostgreSQL 17 (MaxAllocSize, memutils.h). */
const longestList = 1024 ** 3;
/** Part of the memory that all workers may take together: our choice, November 2026. */
const workersShare = 0.125;

export default tuningRule({
  title: "VACUUM goes over the indexes several times",
  severity: "note",
  detects: "vacuums whose list of dead rows does not fit its memory, so that every index is read whole for each part of it",
  effect: "the vacuum of a table with large indexes takes several times as long and reads them as often",
  remedy: "Give autovacuum the memory that one list takes",
  leaveAlone: "a mass delete left these dead rows once: then let this vacuum end, or run one by hand with more maintenance_work_mem",
  needs: ["settings", "maintenance", "vacuum"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/progress-reporting.html#VACUUM-PROGRESS-REPORTING",
      says: "It may happen multiple times per vacuum if maintenance_work_mem (or, in the case of autovacuum, autovacuum_work_mem if set) is insufficient to store the number of dead tuples found",
    },
  ],
  gates: [
    {
      from: 17,
      changes: "dead rows are kept in a radix tree, which takes less and has no limit of 1 GB: only passes that were seen count",
      source: {
        url: "https://www.postgresql.org/docs/17/release-17.html",
        says: "Allow vacuum to more efficiently store tuple references. Additionally, vacuum is no longer silently limited to one gigabyte of memory when maintenance_work_mem or autovacuum_work_mem are higher",
      },
    },
  ],
  options: {
    minIndexBytes: {
      default: 1_073_741_824,
      min: 0,
      max: 1e15,
      unit: "bytes",
      doc: "Indexes of a table that are smaller together are read again in no time",
    },
  },

  *advise({ tables, amount, health, hardware, postgres, options, standby }) {
    const own = amount("autovacuum_work_mem");
    const memory = own !== null && own >= 0 ? own : amount("maintenance_work_mem");
    const workers = amount("autovacuum_max_workers");
    if (standby || memory === null || workers === null) return;
    const room = hardware.memoryBytes === null ? Number.POSITIVE_INFINITY : (hardware.memoryBytes * workersShare) / workers;
    const capacity = postgres >= 17 ? Number.POSITIVE_INFINITY : Math.min(memory, longestList) / bytesPerDeadRow;
    const wants = tables.flatMap((table) => {
      const indexBytes = table.indexes.reduce((sum, each) => sum + each.bytes, 0);
      const seen = health.vacuum?.running.find((each) => each.automatic && relationKey(each) === relationKey(table));
      // A further round has begun: the heap is scanned on after the indexes were gone over.
      const rounds = !seen || seen.indexPasses === 0 ? 0 : seen.indexPasses + (seen.phase === "scanning heap" ? 1 : 0);
      const dead = table.activity?.deadRows ?? 0;
      const passes = Math.max(rounds, Number.isFinite(capacity) ? Math.ceil(dead / capacity) : 0);
      const list = dead * bytesPerDeadRow;
      // A vacuum that runs since before its memory was raised goes on with the old: enough for its dead rows is enough.
      if (passes < 2 || indexBytes < options.minIndexBytes || list <= memory) return [];
      return [{ table, indexBytes, rounds, dead, passes, list }];
    });
    const [worst] = wants.toSorted((a, b) => b.indexBytes * b.passes - a.indexBytes * a.passes || (a.table.name < b.table.name ? -1 : 1));
    if (!worst) return;
    const { table, indexBytes, rounds, dead, passes, list } = worst;
    const wanted = Math.min(upToPowerOfTwoMegabytes(list), postgres >= 17 ? Number.POSITIVE_INFINITY : longestList, room);
    if (wanted < memory * 1.5) return;
    const value = settingBytes(wanted);
    yield {
      about: aboutTable(table),
      message: `${rounds >= 2 ? "A running vacuum is at" : "Its next vacuum needs"} ${figure(passes)} rounds over ${bytes(indexBytes)} of indexes: ${bytes(memory)} do not hold its list of dead rows`,
      evidence: [
        evidence("dead rows", dead, "rows"),
        evidence("memory of a vacuum", memory, "bytes"),
        evidence("rounds over the indexes", passes),
        evidence("rounds seen", rounds),
        evidence("indexes", indexBytes, "bytes"),
        evidence("tables alike", wants.length),
      ],
      ...setSystem("autovacuum_work_mem", value),
      takesEffect: "reload",
      help: `Set autovacuum_work_mem to ${value}: up to ${figure(workers)} workers take it at once${hardware.memoryBytes === null ? ", which the machine must have" : ""}. A lower autovacuum_vacuum_scale_factor of the table brings vacuums with fewer dead rows each`,
      trial: {
        kind: "arithmetic",
        formula:
          rounds >= 2
            ? "index_vacuum_count of pg_stat_progress_vacuum, and one more where the heap is scanned on after it"
            : `n_dead_tup × ${bytesPerDeadRow} bytes ÷ min(autovacuum_work_mem or maintenance_work_mem, 1 GB) = ${figure(dead)} × ${bytesPerDeadRow} ÷ ${bytes(Math.min(memory, longestList))}`,
      },
    };
  },
});
