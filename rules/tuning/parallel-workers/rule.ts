import { aboutServer, evidence, listed, milliseconds, setSystem, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Long scans run on one core",
  severity: "note",
  detects: "long statements over large tables while parallel query is off, or allowed fewer workers than the machine could give",
  effect: "one process reads and aggregates what several could share",
  remedy: "Allow more workers per Gather, for the server or for the role that runs reports",
  leaveAlone: "all cores are busy with short statements already: workers take their turns from them",
  needs: ["settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/when-can-parallel-query-be-used.html",
      says: "max_parallel_workers_per_gather must be set to a value that is greater than zero",
    },
  ],
  options: { minMs: { default: 500, min: 1, max: 1e7, unit: "ms", doc: "Mean time from which a statement counts as long" } },

  *advise({ families, amount, hardware, options }) {
    const current = amount("max_parallel_workers_per_gather");
    const pool = amount("max_parallel_workers");
    if (current === null || pool === null) return;
    const long = families.filter((each) => each.kind === "select" && (each.load.meanTimeMs ?? 0) >= options.minMs);
    // Half of the cores at most, and never more than the pool of workers holds.
    const wanted = Math.min(4, pool, hardware.cpus === null ? 2 : Math.floor(hardware.cpus / 2));
    if (long.length === 0 || wanted <= current) return;
    yield {
      about: aboutServer,
      message: `max_parallel_workers_per_gather is ${current}; ${long.length === 1 ? "a statement takes" : `${long.length} statements take`} ${milliseconds(options.minMs)} and more on average`,
      evidence: [
        evidence("max_parallel_workers_per_gather", current),
        evidence("max_parallel_workers", pool),
        evidence("cores", hardware.cpus ?? "not given"),
        evidence("long statements", listed(long.slice(0, 5).map((each) => each.id))),
      ],
      ...setSystem("max_parallel_workers_per_gather", String(wanted)),
      takesEffect: "reload",
      trial: {
        kind: "settings",
        settings: { max_parallel_workers_per_gather: String(wanted) },
        comparable: true,
        helps: long.map((each) => each.id),
        minGain: 0.2,
        otherwise: null,
        whileNodes: [],
      },
    };
  },
});
