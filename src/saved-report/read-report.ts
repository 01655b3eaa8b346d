import { readFile } from "node:fs/promises";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";

/** A report that `audit --json` wrote. Throws INPUT_INVALID for anything else, the report of a review too. */
export async function readAudit(path: string): Promise<Report> {
  const invalid = (why: string, cause?: unknown) =>
    new AdvisorError("INPUT_INVALID", `The report "${path}" ${why}.`, {
      hint: "Write one with: plansmith audit … --json -o report.json",
      cause,
    });
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw invalid("cannot be read", cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("is not JSON", cause);
  }
  const isReport =
    typeof value === "object" &&
    value !== null &&
    "schemaVersion" in value &&
    value.schemaVersion === 1 &&
    "recommendations" in value &&
    Array.isArray(value.recommendations) &&
    "families" in value &&
    Array.isArray(value.families);
  if (!isReport) throw invalid("is no Plansmith report that this version reads");
  // Version and lists are those of report.schema.json: we wrote it.
  const report = value as Report;
  const hasTime = typeof report.generatedAt === "string" && Number.isFinite(Date.parse(report.generatedAt));
  if (!hasTime || !Array.isArray(report.findings) || report.review !== undefined) throw invalid("is no audit's");
  return report;
}
