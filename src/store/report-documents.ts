import { createHash } from "node:crypto";
import type { StoredDocument } from "../contract/store.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Recommendation } from "../domain/recommendation.ts";
import type { FamilySummary, Report } from "../domain/report.ts";

/** What a search shows of something that a report says; plain JSON. */
export interface ReportFound {
  readonly target: string;
  readonly generatedAt: string;
  readonly sql: string;
  /** DDL or statement that was recommended; null for a statement without advice. */
  readonly change: string | null;
  readonly costBefore: number;
  readonly costAfter: number;
  /** Why there is no advice; null where there is. */
  readonly because: string | null;
}

/** Titles are shown in one line. */
const titleCharacters = 160;

/**
 * A report's statements and recommendations as texts that can be found, by the names they have in every report of the target: a later
 * report's replace an earlier one's. `vectors`: of the statements, by family id.
 */
export function reportDocuments(
  { id, target, report }: { readonly id: string; readonly target: string; readonly report: Report },
  vectors: ReadonlyMap<string, Float32Array>,
): readonly StoredDocument[] {
  const about = { target, generatedAt: report.generatedAt };
  const name = (kind: string, of: string) => `${createHash("sha256").update(target).digest("hex").slice(0, 12)}/${kind}/${of}`;
  const families = new Map(report.families.map((family) => [family.id, family]));
  const statements = report.families.map(
    (family): StoredDocument => ({
      id: name("statement", family.id),
      kind: "statement",
      title: oneLine(family.sql),
      body: [family.sql, family.place ?? "", ...(family.relations ?? []).map(relationKey), family.noAdvice ?? ""].join("\n"),
      details: { ...about, sql: family.sql, change: null, ...costs(family), because: family.noAdvice } satisfies ReportFound,
      reportId: id,
      vector: vectors.get(family.id) ?? null,
    }),
  );
  const recommendations = report.recommendations.map((each): StoredDocument => {
    const served = helped(each).flatMap(({ family }) => families.get(family) ?? []);
    const [first] = served;
    const [effect] = helped(each);
    return {
      id: name("recommendation", each.id),
      kind: "recommendation",
      title: each.title,
      body: [...each.apply, each.explanation.text, ...served.map(({ sql }) => sql)].join("\n"),
      details: {
        ...about,
        sql: first?.sql ?? "",
        change: each.candidate.change.kind === "rewrite" ? each.candidate.change.sql : (each.apply.at(-1) ?? each.title),
        costBefore: effect?.costBefore ?? 0,
        costAfter: effect?.costAfter ?? 0,
        because: null,
      } satisfies ReportFound,
      reportId: id,
      vector: first ? (vectors.get(first.id) ?? null) : null,
    };
  });
  return [...statements, ...recommendations];
}

function costs({ costBefore, costAfter }: FamilySummary) {
  return { costBefore, costAfter };
}

/** What gains, most first. */
function helped({ benefit }: Recommendation) {
  const gains = benefit.families.filter(({ costBefore, costAfter }) => costAfter < costBefore);
  return gains.toSorted((a, b) => b.costBefore - b.costAfter - (a.costBefore - a.costAfter));
}

function oneLine(sql: string): string {
  const line = sql.replaceAll(/\s+/g, " ").trim();
  return line.length <= titleCharacters ? line : `${line.slice(0, titleCharacters - 2)} …`;
}
