import { aboutServer, bytes, evidence, figure, literal, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Something holds back VACUUM or WAL",
  severity: "warning",
  detects: "inactive replication slots, prepared transactions nobody finished, and standbys whose feedback is old",
  effect: "VACUUM keeps every row that they might still see, and a slot keeps WAL until the disk is full",
  remedy: "Finish or drop what nobody uses any more",
  leaveAlone: "the replica or the transaction manager behind it is only away for a while",
  needs: ["horizonHolders"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND",
      says: "Drop any old replication slots; resolve old prepared transactions; end long-running open transactions",
    },
  ],
  options: {
    minXminAge: { default: 1_000_000, min: 1000, max: 2e9, unit: "transactions", doc: "Younger horizons are left alone" },
    minBytes: { default: 10_737_418_240, min: 0, max: 1e15, unit: "bytes", doc: "WAL that an inactive slot may keep" },
    minSeconds: { default: 3600, min: 1, max: 1e9, unit: "s", doc: "Age of a prepared transaction that is left alone" },
  },

  *advise({ health, options }) {
    for (const holder of health.horizonHolders ?? []) {
      const { kind, name, active, xminAge, catalogXminAge = null, retainedBytes, ageSeconds } = holder;
      const holdsRows = (xminAge ?? 0) >= options.minXminAge;
      const holdsCatalog = (catalogXminAge ?? 0) >= options.minXminAge;
      const holdsWal = (retainedBytes ?? 0) >= options.minBytes;
      const forgotten = kind === "prepared-transaction" && (ageSeconds ?? 0) >= options.minSeconds;
      if (!holdsRows && !holdsCatalog && !(holdsWal && !active) && !forgotten) continue;
      const what = {
        "replication-slot": "Replication slot",
        "prepared-transaction": "Prepared transaction",
        "standby-feedback": "Standby",
      }[kind];
      const parts = [
        ...(holdsRows ? [`keeps VACUUM from rows younger than ${figure(xminAge ?? 0)} transactions`] : []),
        ...(holdsCatalog ? [`keeps VACUUM from the system catalogs' rows younger than ${figure(catalogXminAge ?? 0)} transactions`] : []),
        ...(holdsWal ? [`keeps ${bytes(retainedBytes ?? 0)} of WAL`] : []),
        ...(forgotten ? [`has been prepared for ${figure((ageSeconds ?? 0) / 3600)} hours and holds its locks`] : []),
      ];
      const dead = kind === "replication-slot" && !active;
      yield {
        about: aboutServer,
        severity: Math.max(xminAge ?? 0, catalogXminAge ?? 0) > 500_000_000 ? "error" : "warning",
        message: `${what} ${name} ${parts.join(" and ")}`,
        evidence: [
          ...(xminAge === null ? [] : [evidence("age of its horizon", xminAge, "transactions")]),
          ...(catalogXminAge === null ? [] : [evidence("age of its catalog horizon", catalogXminAge, "transactions")]),
          ...(retainedBytes === null ? [] : [evidence("WAL kept", retainedBytes, "bytes")]),
          ...(ageSeconds === null ? [] : [evidence("prepared for", ageSeconds * 1000, "ms")]),
          evidence("in use", active ? "yes" : "no"),
        ],
        apply: dead
          ? [`SELECT pg_drop_replication_slot(${literal(name)})`]
          : kind === "prepared-transaction"
            ? [`ROLLBACK PREPARED ${literal(name)}`]
            : [],
        undo: [],
        help: dead
          ? "Drop the slot when its reader is gone for good: a reader that comes back must start anew"
          : kind === "prepared-transaction"
            ? "Ask its transaction manager first: COMMIT PREPARED or ROLLBACK PREPARED"
            : kind === "standby-feedback"
              ? "End the long query on the standby, or switch hot_standby_feedback off there and accept cancelled queries"
              : "Let its reader catch up; max_slot_wal_keep_size bounds what it may keep",
        trial: { kind: "arithmetic", formula: "age(xmin), retained WAL and time since PREPARE, as the server's views give them" },
      };
    }
  },
});
