import { expressionWords } from "../access-shape/expression-words.ts";
import { operatorWord } from "../access-shape/operator-words.ts";
import type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
import type { ChangeTemplate, Slot, TemplateKey } from "../domain/proven-case.ts";
import type { Scan, ScanExpression } from "../domain/workload.ts";

interface Filled extends Slot {
  readonly on: ScanExpression;
  /** The whole condition, for a partial index; null where it is none or holds a parameter. */
  readonly condition: string | null;
}

/** The index as a template over the scan it was proposed for; null when a key or its predicate comes from elsewhere. */
export function templateOf(scan: Scan, index: IndexDefinition): ChangeTemplate | null {
  const slots = slotsOf(scan);
  const keys: TemplateKey[] = [];
  for (const { sql, operatorClass, descending, nullsFirst } of index.keys) {
    const slot = slots.find(({ on }) => sameSql(on.sql, sql));
    if (!slot) return null;
    keys.push({ slot: bare(slot), operatorClass, descending, nullsFirst });
  }
  const partial: Slot[] = [];
  for (const condition of index.predicate === null ? [] : conjunctsOf(index.predicate)) {
    const slot = slots.find((each) => each.condition !== null && sameSql(each.condition, condition));
    if (!slot) return null;
    partial.push(bare(slot));
  }
  return {
    accessMethod: index.accessMethod,
    keys,
    covering: index.include.length > 0,
    partial,
    storage: index.storage,
    extension: index.extension,
  };
}

/** The template's index for another scan; null when the scan has no such parts. */
export function fillTemplate(template: ChangeTemplate, scan: Scan): IndexDefinition | null {
  const slots = slotsOf(scan);
  const find = ({ part, words, ordinal }: Slot) => {
    const alike = slots.filter((each) => each.part === part && each.words === words);
    return alike[Math.min(ordinal, alike.length - 1)] ?? null;
  };
  const keys: CandidateKey[] = [];
  for (const { slot, operatorClass, descending, nullsFirst } of template.keys) {
    const found = find(slot);
    if (found === null || found.on.immutable === false) return null;
    const { on } = found;
    keys.push({ column: on.column, sql: on.sql, operatorClass, collation: on.collation, descending, nullsFirst });
  }
  const conditions: string[] = [];
  for (const slot of template.partial) {
    const condition = find(slot)?.condition ?? null;
    if (condition === null) return null;
    conditions.push(condition);
  }
  const keyed = new Set(keys.map(({ column }) => column));
  const include = template.covering ? (scan.columnsRead ?? []).filter((column) => !keyed.has(column)) : [];
  if (keys.length === 0 || (template.covering && include.length === 0)) return null;
  return {
    relation: scan.relation,
    accessMethod: template.accessMethod,
    keys,
    include: [...include].toSorted(),
    predicate: conditions.length === 0 ? null : conditions.join(" AND "),
    storage: template.storage,
    extension: template.extension,
  };
}

function slotsOf(scan: Scan): readonly Filled[] {
  const found: Omit<Filled, "ordinal">[] = [];
  const predicates = [...scan.predicates, ...scan.disjunctions.flat(2)];
  for (const predicate of predicates) {
    const { on, compared, sql } = predicate;
    // A join's key is found by the same words as a filter's: to a B-tree they are the same.
    found.push({
      part: "where",
      words: [operatorWord(predicate), ...expressionWords(on)].join(" "),
      on,
      condition: compared.kind === "constant" || compared.kind === "none" ? sql : null,
    });
  }
  for (const { on, distanceOperator } of scan.sort)
    found.push({
      part: "sort",
      words: [distanceOperator === null ? "" : "nearest", ...expressionWords(on)].join(" ").trim(),
      on,
      condition: null,
    });
  for (const on of scan.grouping) found.push({ part: "group", words: expressionWords(on).join(" "), on, condition: null });
  for (const on of scan.extremes) found.push({ part: "extreme", words: expressionWords(on).join(" "), on, condition: null });
  const counts = new Map<string, number>();
  return found.map((each) => {
    const key = `${each.part} ${each.words}`;
    const ordinal = counts.get(key) ?? 0;
    counts.set(key, ordinal + 1);
    return { ...each, ordinal };
  });
}

function bare({ part, words, ordinal }: Slot): Slot {
  return { part, words, ordinal };
}

/** Top-level conjuncts as our own rules join them. */
function conjunctsOf(predicate: string): readonly string[] {
  return predicate.split(/ AND (?![^(]*\))/);
}

function sameSql(a: string, b: string): boolean {
  return normal(a) === normal(b);
}
const normal = (sql: string) =>
  sql
    .replace(/^\((.*)\)$/s, "$1")
    .replaceAll(/\s+/g, " ")
    .trim();
