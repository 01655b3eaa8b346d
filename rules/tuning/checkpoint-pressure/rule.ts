import {
  aboutServer,
  bytes,
  evidence,
  figure,
  percent,
  setSystem,
  settingBytes,
  tuningRule,
  upToPowerOfTwoMegabytes,
} from "../../../src/rule/index.ts";

/** Where the WAL written is not known: four times the default, which every disk of today holds. A guess. */
const withoutCounters = 4 * 1024 ** 3;

export default tuningRule({
  title: "Checkpoints are forced by WAL",
  severity: "warning",
  detects: "checkpoints that start because max_wal_size was reached and not because their time had come",
  effect: "each page's first change after a checkpoint is written whole to WAL, and dirty pages go out in bursts",
  remedy: "Raise max_wal_size to what is written between two timed checkpoints",
  leaveAlone: "they come from one bulk load, or the disk has no room for more WAL, or recovery must be very short",
  needs: ["checkpoints", "settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/wal-configuration.html",
      says: "Reducing checkpoint_timeout and/or max_wal_size causes checkpoints to occur more often [and] increases the volume of output to the WAL [because] the entire page content is logged",
    },
  ],
  options: {
    maxForced: { default: 0.3, min: 0.01, max: 1, unit: "of the checkpoints", doc: "Part of the checkpoints that may be forced" },
    minCheckpoints: { default: 20, min: 1, max: 1e9, unit: "checkpoints", doc: "Fewer tell nothing" },
    maxWalSize: { default: 68_719_476_736, min: 1e8, max: 1e15, unit: "bytes", doc: "Never propose more" },
  },

  *advise({ health, amount, now, options, standby }) {
    const { checkpoints, wal } = health;
    const current = amount("max_wal_size");
    const timeoutMs = amount("checkpoint_timeout");
    // A standby's restartpoints write no page images.
    if (standby || !checkpoints || current === null || timeoutMs === null) return;
    const total = checkpoints.timed + checkpoints.requested;
    if (total < options.minCheckpoints || checkpoints.requested / total < options.maxForced) return;
    const walMs = wal?.countingSince == null ? null : now - Date.parse(wal.countingSince);
    const between = wal && walMs !== null && walMs > 3_600_000 ? (wal.bytes / walMs) * timeoutMs : null;
    // A checkpoint starts at max_wal_size ÷ (1 + completion target), about half of it (xlog.c, CalculateCheckpointSegments).
    const wanted = Math.min(options.maxWalSize, between === null ? withoutCounters : upToPowerOfTwoMegabytes(between * 2));
    if (wanted <= current) return;
    yield {
      about: aboutServer,
      message: `${percent(checkpoints.requested / total)} of ${figure(total)} checkpoints were forced before their time, with max_wal_size at ${bytes(current)}`,
      evidence: [
        evidence("forced", checkpoints.requested, "checkpoints"),
        evidence("by time", checkpoints.timed, "checkpoints"),
        evidence("max_wal_size", current, "bytes"),
        ...(between === null ? [] : [evidence("WAL between two timed ones", between, "bytes")]),
      ],
      ...setSystem("max_wal_size", settingBytes(wanted)),
      takesEffect: "reload",
      trial: {
        kind: "arithmetic",
        formula:
          "forced ÷ all checkpoints since the counters were reset (CHECKPOINT and base backups count as forced too); " +
          (between === null
            ? "4 GB where the WAL written is not known"
            : "twice the WAL written in one checkpoint_timeout, since a checkpoint starts at about half of max_wal_size"),
      },
    };
  },
});
