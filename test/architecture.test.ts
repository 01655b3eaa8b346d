import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Who may import whom (docs/architecture.md). A room may always import itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  errors: [],
  deadline: [],
  "http-retry": [],
  contract: ["domain"],
  syntax: ["domain", "errors"],
  names: ["domain", "errors", "syntax"],
  change: ["domain", "names", "syntax"],
  parse: ["domain", "errors", "names", "syntax"],
  rule: ["domain", "names", "syntax"],
  rules: ["rule"],
  patterns: ["domain", "access-shape"],
  similar: ["domain", "contract", "errors", "rule", "access-shape"],
  agent: ["deadline", "domain", "contract", "errors", "explain", "names", "parse", "rule", "syntax"],
  inference: ["deadline", "domain", "contract", "errors", "http-retry"],
  store: ["domain", "contract", "errors", "embedded"],
  "access-shape": ["domain", "syntax", "rule"],
  select: ["domain", "contract"],
  render: ["domain", "errors"],
  group: ["domain", "contract", "parse", "syntax"],
  explain: ["domain", "contract"],
  propose: ["domain", "contract", "rule"],
  judge: ["domain", "rule", "change", "syntax"],
  embedded: ["domain", "contract", "errors"],
  native: ["domain", "contract", "errors", "embedded"],
  copy: ["domain", "contract", "parse", "errors", "syntax"],
  restore: ["domain", "embedded", "errors", "syntax"],
  "index-size": ["domain", "syntax"],
  shadow: ["domain", "contract", "parse", "errors", "embedded", "index-size", "restore", "syntax"],
  connect: ["contract", "errors"],
  logs: ["domain", "contract", "errors", "parse", "syntax"],
  collect: ["domain", "contract", "errors", "embedded", "syntax", "connect"],
  hostile: ["domain", "syntax"],
  equivalence: ["domain", "contract", "rule", "errors", "embedded", "shadow", "hostile", "restore", "syntax"],
  prove: ["domain", "contract", "parse", "errors", "syntax"],
  rewrite: ["domain", "contract", "rule", "errors", "equivalence", "names", "syntax"],
  tune: ["domain", "contract", "rule", "errors", "explain", "index-size", "names", "parse", "syntax"],
  demo: ["domain", "contract", "errors", "embedded", "syntax"],
  config: ["domain", "errors"],
  "code-migrations": ["domain"],
  migrations: ["domain", "errors", "rule", "syntax", "code-migrations"],
  publish: ["deadline", "domain", "errors", "http-retry", "migrations"],
  deliver: ["domain", "deadline", "errors", "config", "http-retry", "render"],
  schedule: ["domain", "contract", "errors", "config", "deliver", "render"],
  "wire-fleet": ["domain", "contract", "errors", "config", "connect", "history", "schedule", "store", "wire-history"],
  "wire-fleet-child": ["schedule", "wire", "wire-fleet"],
  "saved-report": ["domain", "errors"],
  "wire-report": ["domain", "errors", "saved-report", "wire-history", "wire-store"],
  apply: ["domain", "errors", "contract", "config", "migrations", "render", "saved-report", "syntax"],
  review: ["domain", "contract", "errors", "parse", "rule", "migrations", "judge", "embedded", "group", "propose", "prove", "syntax"],
  audit: [
    "names",
    "agent",
    "domain",
    "contract",
    "errors",
    "rule",
    "group",
    "propose",
    "prove",
    "select",
    "explain",
    "rewrite",
    "equivalence",
    "similar",
    "patterns",
    "access-shape",
    "syntax",
    "tune",
  ],
  evidence: ["domain", "contract", "parse", "errors", "saved-report"],
  "wire-evidence": ["domain", "contract", "errors", "config", "collect", "group", "evidence", "wire", "wire-planners", "syntax"],
  "wire-planners": ["domain", "contract", "errors", "config", "embedded", "native", "shadow", "prove", "copy", "connect"],
  "wire-demo": ["domain", "contract", "errors", "embedded", "demo", "collect", "copy"],
  "wire-model": ["domain", "contract", "errors", "config", "connect", "explain", "inference"],
  "wire-models": ["domain", "errors", "config", "inference", "wire-model", "wire-similar"],
  wire: [
    "wire-model",
    "wire-planners",
    "wire-demo",
    "wire-similar",
    "domain",
    "contract",
    "errors",
    "rule",
    "rules",
    "collect",
    "group",
    "propose",
    "embedded",
    "prove",
    "equivalence",
    "rewrite",
    "select",
    "explain",
    "demo",
    "config",
    "audit",
    "connect",
    "syntax",
    "logs",
  ],
  "wire-review": [
    "domain",
    "contract",
    "errors",
    "rules",
    "collect",
    "embedded",
    "shadow",
    "judge",
    "audit",
    "review",
    "wire",
    "restore",
    "syntax",
  ],
  "wire-similar": ["domain", "contract", "errors", "config", "connect", "embedded", "inference", "similar"],
  history: ["domain"],
  "wire-history": ["domain", "contract", "errors", "config", "connect", "history", "wire-store"],
  "wire-search": [
    "access-shape",
    "config",
    "contract",
    "domain",
    "group",
    "parse",
    "rule",
    "similar",
    "store",
    "syntax",
    "wire",
    "wire-similar",
    "wire-store",
  ],
  "wire-store": ["contract", "errors", "store", "connect"],
  calibrate: ["domain", "contract", "errors"],
  "wire-calibrate": ["calibrate", "connect"],
  mcp: ["domain", "errors"],
  "wire-apply": ["apply", "connect", "errors"],
  "wire-rewrite": [
    "audit",
    "domain",
    "errors",
    "config",
    "rules",
    "rewrite",
    "group",
    "prove",
    "equivalence",
    "wire",
    "wire-planners",
    "syntax",
  ],
  cli: [
    "deadline",
    "wire-model",
    "wire-models",
    "apply",
    "domain",
    "contract",
    "errors",
    "config",
    "render",
    "audit",
    "equivalence",
    "rewrite",
    "wire",
    "mcp",
    "wire-apply",
    "wire-calibrate",
    "wire-evidence",
    "wire-history",
    "wire-planners",
    "wire-review",
    "wire-search",
    "wire-similar",
    "wire-store",
    "calibrate",
    "history",
    "evidence",
    "wire-report",
    "wire-rewrite",
    "migrations",
    "saved-report",
    "review",
    "collect",
    "publish",
    "schedule",
    "wire-fleet",
    "syntax",
  ],
  index: ["domain", "contract", "errors", "audit", "wire", "render"],
};

/** `src/parse/tree.ts` → parse; `src/audit.ts` → audit; `rules/index/x/rule.ts` → rules; `rules/index.ts` is the wire's. */
function roomOf(path: string): string {
  const [top, second] = path.split(sep);
  if (top === "rules") return "rules";
  return (second ?? "").replace(/\.ts$/, "");
}

const sources = ["src", "rules"].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(top, path)),
);

describe("architecture", () => {
  test("there are sources to judge", () => expect(sources.length).toBeGreaterThan(20));

  test.each(sources)("%s imports only what its room may", (path) => {
    const room = roomOf(path);
    const allowed = mayImport[room];
    expect(allowed, `room "${room}" is not in the import table`).toBeDefined();
    const text = readFileSync(join(root, path), "utf8");
    const imports = [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map((match) => match[1]!);
    for (const target of imports) {
      const other = roomOf(normalize(join(dirname(path), target)));
      if (other === room || (path === join("rules", "index.ts") && other === "rule")) continue;
      expect(allowed, `${path} imports ${target}: room "${room}" may not import "${other}"`).toContain(other);
    }
  });

  test.each(sources.filter((path) => path.startsWith("rules") && path.endsWith(`${sep}rule.ts`)))(
    "%s imports the rule kit and nothing else",
    (path) => {
      const text = readFileSync(join(root, path), "utf8");
      for (const [, target] of text.matchAll(/from\s+"([^"]+)"/g)) expect(target).toBe("../../../src/rule/index.ts");
    },
  );
});
