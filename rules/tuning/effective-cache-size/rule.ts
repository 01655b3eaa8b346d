import { aboutServer, bytes, evidence, setSystem, settingBytes, tuningRule } from "../../../src/rule/index.ts";

/** Part of a dedicated machine's memory that holds cached pages, shared_buffers and file system together (manual: "disk cache available"). */
const cacheShare = 0.75;

export default tuningRule({
  title: "effective_cache_size does not fit the machine",
  severity: "note",
  detects: "effective_cache_size far from the memory that caches data on this machine",
  effect: "repeated index reads are priced as if each came from disk, or as if none did",
  remedy: "Set it to about three quarters of a dedicated machine's memory; it reserves nothing",
  leaveAlone: "other programs use much of the memory: then give what is left for caching",
  needs: ["settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE",
      says: "Sets the planner's assumption about the effective size of the disk cache that is available to a single query",
    },
  ],

  *advise({ amount, hardware }) {
    const current = amount("effective_cache_size");
    const { memoryBytes } = hardware;
    if (current === null || memoryBytes === null) return;
    const share = current / memoryBytes;
    if (share >= 0.4 && share <= 1) return;
    const value = settingBytes(memoryBytes * cacheShare);
    yield {
      about: aboutServer,
      message: `effective_cache_size is ${bytes(current)} on a machine with ${bytes(memoryBytes)}`,
      evidence: [
        evidence("effective_cache_size", current, "bytes"),
        evidence("memory", memoryBytes, "bytes"),
        evidence("share", share, "share"),
      ],
      ...setSystem("effective_cache_size", value),
      takesEffect: "reload",
      trial: {
        kind: "settings",
        settings: { effective_cache_size: value },
        comparable: false,
        helps: [],
        minGain: 0,
        otherwise: null,
        whileNodes: [],
      },
    };
  },
});
