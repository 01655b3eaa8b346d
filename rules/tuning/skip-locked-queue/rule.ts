import { aboutStatement, equalityColumns, evidence, milliseconds, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "A queue's workers wait for one another",
  severity: "warning",
  detects: "locking reads with LIMIT that neither skip locked rows nor fail at them",
  effect: "all workers want the same first row, and all but one wait until its transaction ends",
  remedy: "Add SKIP LOCKED, so that each worker takes the first row that is free",
  leaveAlone: "there is one worker, or rows must be done strictly in order",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE",
      says: "With SKIP LOCKED, any selected rows that cannot be immediately locked are skipped. [This] can be used to avoid lock contention with multiple consumers accessing a queue-like table",
    },
  ],

  options: {
    maxStates: { default: 200, min: 1, max: 1e6, unit: "values", doc: "A column with more distinct values names an owner and no state" },
  },

  *advise({ families, catalog, options }) {
    for (const family of families) {
      const locking = family.shape?.locking;
      if (locking?.wait !== "wait" || !family.shape?.hasLimit || !locking.strength.endsWith("UPDATE")) continue;
      // Of UPDATE … WHERE id = (SELECT … FOR UPDATE) the subquery reads.
      const scan = family.scans.find((each) => each.role === "read");
      if (!scan) continue;
      const named = equalityColumns(catalog, scan).flatMap((each) => each.column ?? []);
      // One row by its key, as ORMs lock one (… WHERE id = $1 LIMIT 1 FOR UPDATE): skipping it would be wrong.
      const keyed = catalog
        .indexes(scan.relation)
        .some((each) => each.unique && each.keys.every((key) => named.includes(key.column ?? "")));
      // The rows of one customer are no queue that many workers share.
      const owned = named.some((column) => (catalog.distinct(scan.relation, column) ?? 0) > options.maxStates);
      if (keyed || owned) continue;
      yield {
        about: aboutStatement(family),
        message: `It takes rows of ${readableQualified(scan.relation)} with ${locking.strength} and LIMIT, and waits where another session holds them`,
        evidence: [
          evidence("calls", family.load.calls),
          ...(family.load.meanTimeMs === null ? [] : [evidence("mean time", family.load.meanTimeMs, "ms")]),
          evidence("locking", locking.strength),
        ],
        apply: [],
        undo: [],
        help: `Write ${locking.strength} SKIP LOCKED at the statement's end${family.load.meanTimeMs === null ? "" : `; its mean time of ${milliseconds(family.load.meanTimeMs)} holds the waiting`}`,
        trial: {
          kind: "unproved",
          why: "waiting depends on what runs at the same time, which neither a plan nor a counter of one statement tells",
        },
      };
    }
  },
});
