import {
  aboutServer,
  aboutTable,
  evidence,
  figure,
  readableQualified,
  rowsChanged,
  setSystem,
  tuningRule,
} from "../../../src/rule/index.ts";

const isOff = (parameter: string) => /^autovacuum_enabled=(off|false|0|no)$/.test(parameter);

export default tuningRule({
  title: "Autovacuum is switched off",
  severity: "warning",
  detects: "autovacuum off for the server or for a table that is written",
  effect: "dead rows stay, statistics grow stale, and the only vacuum is the one against wraparound",
  remedy: "Switch it on; give hot tables settings of their own instead",
  leaveAlone: "a job vacuums and analyses the table after each load, and you have seen that it does",
  needs: ["settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-autovacuum.html",
      says: "even when this parameter is disabled, the system will launch autovacuum processes if necessary to prevent transaction ID wraparound",
    },
  ],
  options: {
    minChanged: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Updates and deletes below which a table is left alone" },
  },

  *advise({ tables, options, setting, standby }) {
    // On a standby nothing vacuums, whatever is set.
    if (!standby && setting("autovacuum") === "off")
      yield {
        about: aboutServer,
        severity: "error",
        message: "autovacuum is off for every table of the server",
        evidence: [evidence("autovacuum", "off")],
        ...setSystem("autovacuum", "on"),
        takesEffect: "reload",
        trial: { kind: "arithmetic", formula: "pg_settings says autovacuum = off: nothing removes dead rows but a job of yours" },
      };
    for (const table of tables) {
      const changed = rowsChanged(table) ?? 0;
      const written = changed + (table.activity?.rowsInserted ?? 0);
      const off = table.storageParameters.find(isOff);
      if (off === undefined || written < options.minChanged) continue;
      yield {
        about: aboutTable(table),
        message: `autovacuum is off for a table with ${figure(written)} rows written since the counters were reset`,
        evidence: [
          evidence("storage parameter", off),
          evidence("updates and deletes", changed, "rows"),
          evidence("dead rows now", table.activity?.deadRows ?? 0, "rows"),
        ],
        apply: [`ALTER TABLE ${readableQualified(table)} RESET (autovacuum_enabled)`],
        undo: [`ALTER TABLE ${readableQualified(table)} SET (autovacuum_enabled = off)`],
        trial: { kind: "arithmetic", formula: "autovacuum_enabled = off in pg_class.reloptions, and the counters show writes" },
      };
    }
  },
});
