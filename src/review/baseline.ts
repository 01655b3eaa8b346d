import { z } from "zod";
import type { Finding } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  findings: z.array(z.strictObject({ id: z.string(), rule: z.string(), file: z.string() })),
});

/** Ids of findings that were accepted. Throws INPUT_INVALID for text that is no baseline. */
export function parseBaseline(text: string, name: string): ReadonlySet<string> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw invalid(name, "is not JSON", cause);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(name, "is no baseline of Plansmith", parsed.error);
  return new Set(parsed.data.findings.map((each) => each.id));
}

/** A baseline of these findings: one a line, sorted by file, rule and id, so that a change of one is a change of one line. */
export function baselineText(findings: readonly Finding[]): string {
  const rows = findings.map(({ id, rule, place }) => ({ id, rule, file: place?.file ?? "" }));
  const key = (row: (typeof rows)[number]) => `${row.file}\u0000${row.rule}\u0000${row.id}`;
  const lines = rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).map((row) => `    ${JSON.stringify(row)}`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`;
  return `{\n  "schemaVersion": 1,\n  "findings": ${list}\n}\n`;
}

function invalid(name: string, why: string, cause: unknown): AdvisorError {
  return new AdvisorError("INPUT_INVALID", `The baseline "${name}" ${why}.`, {
    hint: "Write it anew: plansmith review … --baseline FILE --update-baseline",
    cause,
  });
}
