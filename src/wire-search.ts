import type { AuditInput, EmbeddingInput } from "./config/audit-input.ts";
import type { NearDocument } from "./contract/store.ts";
import type { Catalog } from "./domain/catalog.ts";
import type { Found, SearchResult } from "./domain/found.ts";
import type { ProvenCase } from "./domain/proven-case.ts";
import { caseTitle } from "./similar/like-case.ts";
import type { SimilarCases } from "./similar/similar-cases.ts";
import type { ReportFound } from "./store/report-documents.ts";
import type { SqlParser } from "./syntax/parse-sql.ts";
import { sourceOf } from "./wire.ts";
import { openSimilarCases, spaceOf } from "./wire-similar.ts";
import { readStore } from "./wire-store.ts";

export interface SearchInput {
  /** Words, or one SQL statement. */
  readonly query: string;
  readonly limit: number;
  readonly embedding: EmbeddingInput;
  /** Folder or URL; null: the state directory. */
  readonly store: string | null;
  /** Tells the tables of a statement; null: they are guessed from its text. */
  readonly schema: AuditInput | null;
  readonly cacheDirectory?: string | null;
  readonly signal: AbortSignal;
}

/** A statement without figures and plan is like none of the cases very much: the nearest are shown, with how near they are. */
const anyLikeness = 0.05;
/** Rows that each list gives the fusion. */
const listDepth = 50;

/** Proven cases, and statements and recommendations of earlier reports, by words and, for a statement, by how alike its access path is. */
export async function runSearch(input: SearchInput): Promise<SearchResult> {
  const { openParser } = await import("./syntax/parse-sql.ts");
  const parser = await openParser();
  const similar = await openSimilarCases(input);
  try {
    const shape = await shapeOf(input, parser);
    const placed = shape === null ? null : await similar.place(new Map([["query", shape]]));
    const stored = await fromStore(input, similar, placed?.get("query") ?? null);
    const { fuseByRank } = await import("./store/fuse-by-rank.ts");
    const { rankByWords } = await import("./similar/word-search.ts");
    const near = placed === null ? [] : (similar.near(placed, anyLikeness).get("query") ?? []);
    const byWords = rankByWords(similar.corpus, wordsOf, input.query).slice(0, listDepth);
    const found = fuseByRank(
      [stored.found, near.map(({ proven, similarity }) => foundCase(proven, similarity)), byWords.map((each) => foundCase(each, null))],
      ({ kind, id }) => `${kind} ${id}`,
    );
    return {
      searched: [
        `${similar.corpus.length} proven cases`,
        stored.where,
        shape === null
          ? "by words"
          : `by words, and by how alike access paths are (${similar.likeness.description}${similar.likeness.note === null ? "" : `; ${similar.likeness.note}`})`,
      ],
      found: found.slice(0, input.limit),
    };
  } finally {
    await similar.close();
    await parser.close();
  }
}

/** The access path of a query that is one statement over tables; null for words. */
async function shapeOf(input: SearchInput, parser: SqlParser): Promise<string | null> {
  const parsed = await parser.parse(input.query);
  const [only, ...others] = parsed.kind === "failed" ? [] : parsed.statements;
  if (only === undefined || others.length > 0) return null;
  const { guessCatalog } = await import("./similar/guess-catalog.ts");
  const { describeStatement } = await import("./parse/describe-scans.ts");
  const { shapeText } = await import("./access-shape/shape-text.ts");
  const { catalogView } = await import("./rule/catalog-view.ts");
  const known = await catalogOf(input, parser);
  const catalog = known?.catalog ?? guessCatalog(only.node);
  const facts = describeStatement(only.node, catalog, { searchPath: known?.searchPath ?? ["public"], viewTrees: new Map() });
  return facts.kind === "utility" || facts.scans.length === 0 ? null : shapeText(facts, null, catalogView(catalog));
}

async function catalogOf(
  { schema, signal }: SearchInput,
  parser: SqlParser,
): Promise<{ readonly catalog: Catalog; readonly searchPath: string[] } | null> {
  if (schema === null) return null;
  const { searchPathOf } = await import("./group/group.ts");
  const snapshot = await (await sourceOf(schema, parser, [])).read({ signal });
  return { catalog: snapshot.catalog, searchPath: searchPathOf(snapshot) };
}

async function fromStore(
  input: SearchInput,
  { likeness }: SimilarCases,
  vector: Float32Array | null,
): Promise<{ readonly where: string; readonly found: readonly Found[] }> {
  const place = { place: input.store, signal: input.signal };
  const store = await readStore(input.cacheDirectory === undefined ? place : { ...place, cacheDirectory: input.cacheDirectory });
  if (store === null) return { where: "no reports: there is no store yet (plansmith audit --store)", found: [] };
  try {
    const { model } = likeness;
    // Words' vectors are of this corpus alone and are never stored.
    const near = vector === null || model.id === "words" ? null : { space: spaceOf(model, vector), vector };
    const documents = await store.search({ words: input.query, near, kinds: ["statement", "recommendation"], limit: listDepth });
    return { where: `reports in ${store.description}`, found: documents.map(foundDocument) };
  } finally {
    await store.close();
  }
}

function foundDocument({ document, similarity }: NearDocument): Found {
  const { id, kind, title } = document;
  // Written by reportDocuments.
  const { target, generatedAt, sql, change, costBefore, costAfter, because } = document.details as ReportFound;
  return {
    kind,
    id,
    title,
    statement: sql,
    change,
    helped: change !== null || because === null,
    costBefore,
    costAfter,
    because,
    where: `report of ${target}, ${generatedAt.slice(0, 10)}`,
    similarity,
  };
}

function foundCase(proven: ProvenCase, similarity: number | null): Found {
  return {
    kind: "case",
    id: proven.id,
    title: `${caseTitle(proven)}${proven.verdict === "helps" ? "" : ", refused"}`,
    statement: proven.statement,
    change: proven.change,
    helped: proven.verdict === "helps",
    costBefore: proven.before.totalCost,
    costAfter: proven.after.totalCost,
    because: proven.because,
    where: `corpus, ${proven.source}`,
    similarity,
  };
}

function wordsOf(proven: ProvenCase): string {
  const { id, statement, change, changeClass, because, rules } = proven;
  return [id, caseTitle(proven), statement, change, changeClass, because ?? "", ...rules].join(" ");
}
