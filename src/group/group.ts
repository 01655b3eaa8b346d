import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { groupBy } from "../domain/group-by.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Snapshot, StatementStats } from "../domain/snapshot.ts";
import type { QueryFamily, Skipped, Workload } from "../domain/workload.ts";
import { describeStatement } from "../parse/describe-scans.ts";
import { mostPlannableLevels, plannerLevels } from "../syntax/nesting.ts";
import { parameterPlaces } from "../syntax/parameters.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { loads } from "./load.ts";
import { withSettledConstants } from "./settled-constants.ts";

/** Texts over the same relations that differ only in literals and are still planned apart; the rest joins the busiest of them. */
const textsApart = 8;

interface Analysed {
  readonly statement: StatementStats;
  readonly node: Node;
  readonly fingerprint: string;
  readonly normalizedSql: string;
}

/**
 * Statements of a snapshot as query families with their load and scans, busiest first.
 * What cannot be parsed, or reads no table, is listed in `skipped` with its reason. Families have no
 * examples yet: `bindParameters` adds them once a planner can say the parameters' types.
 */
export async function group(snapshot: Snapshot, parser: SqlParser): Promise<Workload> {
  const skipped: Skipped[] = [];
  const analysed: Analysed[] = [];
  for (const statement of snapshot.statements) {
    const result = await analyse(statement, parser);
    if ("reason" in result) skipped.push(result);
    else analysed.push(result);
  }

  const viewTrees = await parseViews(snapshot.catalog, parser);
  const searchPath = searchPathOf(snapshot);
  const families: Omit<QueryFamily, "load">[] = [];
  const factsOf = (each: Analysed) => describeStatement(each.node, snapshot.catalog, { searchPath, viewTrees });
  for (const members of variants(analysed, (each) => relationsOf(factsOf(each)))) {
    const [first] = members;
    const { sql, settled, facts } = await factsWithConstants(members, factsOf, parser);
    if (facts.kind === "utility" || (facts.relations.length === 0 && facts.kind !== "insert")) {
      const reason = facts.kind === "utility" ? "utility" : "no-relation";
      const detail =
        facts.unresolved.length > 0
          ? `not in the snapshot: ${facts.unresolved.join(", ")}`
          : facts.kind === "utility"
            ? "not a statement the planner costs"
            : "reads no table";
      skipped.push(skip(first.statement, reason, detail));
      continue;
    }
    families.push({
      id: first.id,
      fingerprint: first.fingerprint,
      sql,
      normalizedSql: first.normalizedSql,
      statements: members.map((member) => member.statement),
      kind: facts.kind,
      scans: facts.scans,
      examples: [],
      parameterCount: Math.max(0, ...parameterPlaces(sql).map((place) => place.number)),
      place: first.statement.place,
      ...(settled.length > 0 ? { settled } : {}),
    });
  }
  return { families: loads(families, snapshot), skipped };
}

interface Described {
  readonly sql: string;
  /** See `QueryFamily.settled`. */
  readonly settled: readonly number[];
  readonly facts: ReturnType<typeof describeStatement>;
}

/** The busiest text and its facts, with constants that a log settles in place of the parameters that hide what could be indexed. */
async function factsWithConstants(
  members: readonly [Named, ...Named[]],
  factsOf: (each: Analysed) => Described["facts"],
  parser: SqlParser,
): Promise<Described> {
  const [first] = members;
  const { sql } = first.statement;
  const facts = factsOf(first);
  const runs = members.flatMap(({ statement }) => statement.runs ?? []);
  const found = await withSettledConstants(sql, facts.scans, { runs, parser });
  const parsed = found === null ? null : await parser.parse(found.sql);
  const node = parsed?.kind === "parsed" && parsed.statements.length === 1 ? parsed.statements[0]!.node : null;
  if (found === null || node === null) return { sql, settled: [], facts };
  return { ...found, facts: factsOf({ ...first, node }) };
}

async function analyse(statement: StatementStats, parser: SqlParser): Promise<Analysed | Skipped> {
  const { parsed, fingerprint, normalized } = await parser.analyze(statement.sql);
  if (parsed.kind === "failed") {
    const where = parsed.position ? ` at line ${parsed.position.line}, column ${parsed.position.column}` : "";
    return skip(statement, parsed.reason === "truncated" ? "truncated" : "unparsable", parsed.message + where);
  }
  const [only, ...others] = parsed.statements;
  if (!only) return skip(statement, "utility", "empty statement");
  if (others.length > 0) return skip(statement, "unparsable", `${others.length + 1} statements in one text; give them one by one`);
  const levels = plannerLevels(only.node);
  if (levels > mostPlannableLevels)
    return skip(statement, "unplannable", `it is nested ${levels} levels deep, more than the ${mostPlannableLevels} that are planned`);
  if (fingerprint === null || normalized === null) return skip(statement, "unparsable", "no grammar at hand can fingerprint it");
  return { statement, node: only.node, fingerprint, normalizedSql: normalized };
}

function skip(statement: StatementStats, reason: Skipped["reason"], detail: string): Skipped {
  return { sql: statement.sql, place: statement.place, calls: statement.calls, reason, detail };
}

type Named = Analysed & { readonly id: string };

/**
 * Statements that plan alike, each list busiest first, with its family id. One fingerprint covers `a = 1`,
 * `a IN (1, 2)` and every literal; texts that differ stay apart, because a partial index may serve one constant only. It covers
 * `t_10` and `t_11` too, since numbers of names do not count for it: other relations are other statements, however many.
 */
function* variants(analysed: readonly Analysed[], relationsOf: (each: Analysed) => string): Iterable<readonly [Named, ...Named[]]> {
  for (const [fingerprint, alike] of groupBy(analysed, (each) => each.fingerprint)) {
    const texts = busiestFirst(groupBy(alike, (each) => sameText(each.statement.sql)).values());
    const overRelations = texts.length > textsApart ? groupBy(texts, ([first]) => relationsOf(first!)).values() : [texts];
    const apart = busiestFirst(
      [...overRelations].flatMap((own) => [own[0]!.concat(own.slice(textsApart).flat()), ...own.slice(1, textsApart)]),
    );
    for (const [position, text] of apart.entries()) {
      const id = position === 0 ? fingerprint : `${fingerprint}-${position + 1}`;
      const members = text.map((each) => ({ ...each, id })).toSorted((a, b) => weight([b]) - weight([a]));
      const [first, ...rest] = members;
      if (first) yield [first, ...rest];
    }
  }
}

function busiestFirst(texts: Iterable<Analysed[]>): Analysed[][] {
  return [...texts].toSorted((a, b) => weight(b) - weight(a));
}

function relationsOf({
  relations,
  unresolved,
}: {
  readonly relations: readonly RelationName[];
  readonly unresolved: readonly string[];
}): string {
  return [...relations.map(relationKey), ...unresolved].join(" ");
}

/** Blanks, and the length of a parameter list, do not make another statement. */
function sameText(sql: string): string {
  return sql
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\$\d+/g, "$")
    .replaceAll(/\$(?:\s*,\s*\$)+/g, "$")
    .trim();
}

function weight(statements: readonly Analysed[]): number {
  return statements.reduce((sum, { statement }) => sum + statement.totalExecTimeMs + statement.calls / 1e6, 0);
}

/** Parsed view definitions by relationKey. */
export async function parseViews(catalog: Catalog, parser: SqlParser): Promise<Map<string, Node>> {
  const trees = new Map<string, Node>();
  for (const relation of catalog.relations) {
    if (relation.kind !== "view" || relation.viewDefinition === null) continue;
    const parsed = await parser.parse(relation.viewDefinition);
    const tree = parsed.kind === "parsed" ? parsed.statements[0]?.node : undefined;
    // A view that does not parse stays an unresolved name in the statements that use it.
    if (tree) trees.set(relationKey(relation), tree);
  }
  return trees;
}

/** `search_path` of the audited session without its quotes and `$user`; pg_catalog is searched first anyway. */
export function searchPathOf(snapshot: Snapshot): string[] {
  const setting = snapshot.settings.find((each) => each.name === "search_path")?.value ?? "public";
  return setting
    .split(",")
    .map((part) =>
      part
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .replaceAll('""', '"'),
    )
    .filter((part) => part !== "$user" && part !== "");
}
