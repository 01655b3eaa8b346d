import { aboutServer, evidence, milliseconds, percent, setSystem, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Compiling takes longer than running",
  severity: "warning",
  detects: "short statements that spend much of their time in JIT compilation",
  effect: "each call compiles its expressions anew, for milliseconds that the compiled code does not win back",
  remedy: "Switch jit off, for the server or for the role that runs short statements",
  leaveAlone: "long reports on the same server win by it: then switch it off for the other roles only",
  needs: ["settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/jit-decision.html",
      says: "JIT compilation is beneficial primarily for long-running CPU-bound queries",
    },
  ],
  gates: [
    {
      from: 15,
      changes: "pg_stat_statements counts the time of compilation",
      source: { url: "https://www.postgresql.org/docs/15/release-15.html", says: "Add JIT counters to pg_stat_statements" },
    },
  ],
  options: {
    minShare: { default: 0.2, min: 0.01, max: 1, unit: "of the time", doc: "Part of a statement's time spent compiling" },
    shortMs: { default: 1000, min: 1, max: 1e7, unit: "ms", doc: "Mean time up to which a statement counts as short" },
    minMs: { default: 1000, min: 0, max: 1e12, unit: "ms", doc: "Compiling time in all from which it matters" },
  },

  *advise({ statements, setting, options }) {
    if (setting("jit") !== "on") return;
    const compiled = statements.filter((each) => (each.jitTimeMs ?? 0) > 0 && each.totalExecTimeMs > 0);
    const hurt = compiled.filter(
      (each) =>
        each.totalExecTimeMs / Math.max(1, each.calls) <= options.shortMs &&
        (each.jitTimeMs ?? 0) / each.totalExecTimeMs >= options.minShare,
    );
    const sum = (list: typeof hurt, of: (each: (typeof hurt)[number]) => number) => list.reduce((total, each) => total + of(each), 0);
    const jitMs = sum(hurt, (each) => each.jitTimeMs ?? 0);
    if (jitMs < options.minMs) return;
    const execMs = sum(hurt, (each) => each.totalExecTimeMs);
    const long = compiled.filter((each) => !hurt.includes(each) && each.totalExecTimeMs / Math.max(1, each.calls) > options.shortMs);
    yield {
      about: aboutServer,
      message: `${hurt.length === 1 ? "A short statement spends" : `${hurt.length} short statements spend`} ${percent(jitMs / execMs)} of their ${milliseconds(execMs)} compiling`,
      evidence: [
        evidence("time compiling", jitMs, "ms"),
        evidence("time in all", execMs, "ms"),
        evidence(
          "calls",
          sum(hurt, (each) => each.calls),
        ),
        evidence("long statements that compile too", long.length),
      ],
      ...setSystem("jit", "off"),
      takesEffect: "reload",
      help:
        long.length > 0
          ? "Long statements use it as well: raise jit_above_cost, or switch it off with ALTER ROLE for the others"
          : "Switch it off for the server: no long statement uses it",
      trial: {
        kind: "arithmetic",
        formula:
          "(jit_generation_time + jit_inlining_time + jit_optimization_time + jit_emission_time) ÷ total_exec_time of pg_stat_statements",
      },
    };
  },
});
