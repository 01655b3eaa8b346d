import { aboutServer, bytes, evidence, percent, setSystem, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "WAL is larger or written oftener than it must be",
  severity: "note",
  detects: "full page images that make up much of WAL uncompressed, and WAL buffers that overflow",
  effect: "disks, replicas and archives carry the same pages again and again; sessions write WAL in the middle of their work",
  remedy: "Compress full page images, lengthen the time between checkpoints, enlarge wal_buffers",
  leaveAlone: "the processor has no time to spare and the WAL disk has",
  needs: ["wal", "settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-COMPRESSION",
      says: "This parameter enables compression of WAL using the specified compression method. When enabled, the server compresses full page images",
    },
    {
      url: "https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-VIEW",
      says: "wal_buffers_full: number of times WAL data was written to disk because WAL buffers became full",
    },
  ],
  gates: [
    {
      from: 15,
      changes: "wal_compression takes lz4 and zstd, which cost less than pglz",
      source: {
        url: "https://www.postgresql.org/docs/15/release-15.html",
        says: "Add support for LZ4 and Zstandard compression of server-side WAL full page writes",
      },
    },
  ],
  options: {
    minImages: { default: 0.4, min: 0.05, max: 1, unit: "of the WAL", doc: "Part of WAL that full page images may be, at most 8 kB each" },
    minBytes: { default: 10_737_418_240, min: 0, max: 1e18, unit: "bytes", doc: "WAL since the counters were reset from which it matters" },
    maxOverflows: { default: 0.01, min: 0.0001, max: 1, unit: "of the records", doc: "Records that may find the buffers full" },
  },

  *advise({ health, setting, amount, postgres, options }) {
    const { wal } = health;
    if (!wal || wal.bytes < options.minBytes) return;
    const images = Math.min(1, (wal.fullPageImages * 8192) / wal.bytes);
    if (setting("wal_compression") === "off" && images >= options.minImages)
      yield {
        about: aboutServer,
        message: `Up to ${percent(images)} of ${bytes(wal.bytes)} of WAL are whole pages, uncompressed`,
        evidence: [
          evidence("WAL", wal.bytes, "bytes"),
          evidence("full page images", wal.fullPageImages),
          evidence("wal_compression", "off"),
        ],
        ...setSystem("wal_compression", postgres >= 15 ? "lz4" : "on"),
        takesEffect: "reload",
        help: postgres >= 15 ? "Switch it on; where the server was built without lz4, 'on' (pglz) does it too" : "Switch it on",
        trial: { kind: "arithmetic", formula: `wal_fpi × 8192 ÷ wal_bytes = ${percent(images)} at most: holes in pages are not written` },
      };
    const overflow = wal.records === 0 ? 0 : wal.buffersFull / wal.records;
    const buffers = amount("wal_buffers");
    if (overflow >= options.maxOverflows && buffers !== null && buffers < 64 * 1024 ** 2)
      yield {
        about: aboutServer,
        message: `${percent(overflow)} of the WAL records found wal_buffers of ${bytes(buffers)} full`,
        evidence: [evidence("times full", wal.buffersFull), evidence("records", wal.records), evidence("wal_buffers", buffers, "bytes")],
        ...setSystem("wal_buffers", "64MB"),
        takesEffect: "restart",
        trial: { kind: "arithmetic", formula: `wal_buffers_full ÷ wal_records = ${percent(overflow)}` },
      };
  },
});
