import { aboutServer, aboutTable, evidence, figure, percent, readableQualified, tuningRule } from "../../../src/rule/index.ts";

/** The server refuses new ones three million before 2^31 (varsup.c, multixact.c). */
const stopsAt = 2 ** 31 - 3_000_000;

export default tuningRule({
  title: "Multixacts near wraparound",
  severity: "warning",
  detects: "databases and tables whose oldest multixact has outlived the age at which autovacuum should have frozen it",
  effect: "near the end the server stops taking writes until a vacuum has frozen the table",
  remedy: "Find what keeps VACUUM from freezing (old transactions, slots, prepared transactions), then vacuum the oldest tables",
  leaveAlone: "a vacuum against wraparound runs at this moment and its table gets younger",
  needs: ["settings", "database", "maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND",
      says: "multixact IDs are stored as a 32-bit counter, so they require careful aging management, storage cleanup, and wraparound handling",
    },
  ],
  options: {
    overdue: {
      default: 1.5,
      min: 1,
      max: 10,
      unit: "times autovacuum_multixact_freeze_max_age",
      doc: "Age from which a vacuum is overdue",
    },
    errorAt: { default: 0.6, min: 0.1, max: 1, unit: "of the range", doc: "Part of the range from which it is an error" },
  },

  *advise({ health, tables, maintenance, amount, options, catalog }) {
    const limit = amount("autovacuum_multixact_freeze_max_age");
    const { database } = health;
    if (limit === null || database === null) return;
    const age = database.multixactAge;
    const overdue = Math.min(limit * options.overdue, stopsAt * options.errorAt);
    if (age < overdue) return;
    const oldest = tables
      .flatMap((table) => {
        const own = maintenance(table)?.multixactAge ?? 0;
        return own >= overdue ? [{ table, age: own }] : [];
      })
      .toSorted((a, b) => b.age - a.age || (a.table.name < b.table.name ? -1 : 1))
      .slice(0, 5);
    const formula = `age ÷ (2^31 − 3 million) = ${figure(age)} ÷ ${figure(stopsAt)}; autovacuum_multixact_freeze_max_age = ${figure(limit)}`;
    const severity = age >= stopsAt * options.errorAt ? "error" : "warning";
    yield {
      about: aboutServer,
      severity,
      message: `The oldest multixact of the database is ${figure(age)} old, ${percent(age / stopsAt)} of the way to where the server stops taking writes`,
      evidence: [
        evidence("age of the database", age, "multixacts"),
        evidence("autovacuum_multixact_freeze_max_age", limit, "multixacts"),
        evidence(
          "oldest snapshot of a session",
          health.sessions?.oldestXminAge ?? "none or not read",
          health.sessions?.oldestXminAge == null ? null : "transactions",
        ),
      ],
      apply: [],
      undo: [],
      trial: { kind: "arithmetic", formula },
    };
    for (const { table, age: own } of oldest)
      yield {
        about: aboutTable(table),
        severity,
        message: `Its oldest multixact is ${figure(own)} old, and ${figure(limit)} should have brought a vacuum`,
        evidence: [evidence("age", own, "multixacts"), evidence("pages", catalog.pages(table), "pages")],
        apply: [`VACUUM (FREEZE) ${readableQualified(table)}`],
        undo: [],
        help: "Run it when nothing holds back freezing any more: a vacuum before that changes nothing",
        trial: { kind: "arithmetic", formula: `age ÷ (2^31 − 3 million) = ${figure(own)} ÷ ${figure(stopsAt)}` },
      };
  },
});
