import { aboutServer, bytes, evidence, percent, setSystem, settingBytes, tuningRule } from "../../../src/rule/index.ts";

/** Beyond this a first value is seldom right without measuring: a guess of the field, not of the manual. */
const mostBytes = 16 * 1024 ** 3;

export default tuningRule({
  title: "shared_buffers is still at its default",
  severity: "note",
  detects: "128 MB of shared buffers on a machine with gigabytes of memory while blocks are read from outside",
  effect: "pages pass through the kernel's cache again and again, and dirty ones are written early",
  remedy: "Start with a quarter of the memory",
  leaveAlone: "the database is smaller than its buffers, or shares the machine with others",
  needs: ["settings", "database"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS",
      says: "If you have a dedicated database server with 1GB or more of RAM, a reasonable starting value for shared_buffers is 25% of the memory in your system",
    },
  ],

  *advise({ amount, hardware, health, databaseBytes }) {
    const current = amount("shared_buffers");
    const { memoryBytes } = hardware;
    const { database } = health;
    if (current === null || memoryBytes === null || database === null || memoryBytes < 2 * 1024 ** 3) return;
    // What fits is read once: its misses are those of a cold start.
    if (databaseBytes !== null && databaseBytes <= current) return;
    const wanted = Math.min(mostBytes, memoryBytes / 4);
    const total = database.blocksRead + database.blocksHit;
    const missed = total === 0 ? 0 : database.blocksRead / total;
    if (current > wanted / 4 || missed < 0.01) return;
    yield {
      about: aboutServer,
      message: `shared_buffers is ${bytes(current)} of ${bytes(memoryBytes)} memory, and ${percent(missed)} of the blocks asked for are not in it`,
      evidence: [
        evidence("shared_buffers", current, "bytes"),
        evidence("memory", memoryBytes, "bytes"),
        evidence("blocks read from outside", missed, "share"),
      ],
      ...setSystem("shared_buffers", settingBytes(wanted)),
      takesEffect: "restart",
      trial: {
        kind: "arithmetic",
        formula: "blks_read ÷ (blks_read + blks_hit) of pg_stat_database; memory ÷ 4, at most 16 GB to start with",
      },
    };
  },
});
