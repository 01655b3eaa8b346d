import type { TreeEngine } from "./libpg-query.ts";
import type { FingerprintEngine } from "./pg-query.ts";

/** One question to the worker; it asks only for what is wanted, because each costs a pass over the text. */
export interface ParserRequest {
  /** Read for the tree: places count in it. */
  readonly text: string;
  /** Read for fingerprint and normal form: the same statement without comments. */
  readonly compact: string;
  readonly tree: boolean;
  readonly fingerprint: boolean;
  readonly normalized: boolean;
}

export interface ParserReply {
  readonly tree: TreeReply;
  readonly fingerprint: string | null;
  readonly normalized: string | null;
  /** What an engine died of; its instance is unusable from then on. Null when all is well. */
  readonly broken: string | null;
}

export type TreeReply =
  | { readonly kind: "none" }
  /** A ParseResult as JSON text: cloning between threads recurses, and fails at about 2000 levels; JSON.parse does not. */
  | { readonly kind: "tree"; readonly json: string }
  | { readonly kind: "too-deep"; readonly levels: number }
  /** Code points from 0. */
  | { readonly kind: "syntax"; readonly message: string; readonly cursor: number };

/**
 * Answers one request: fingerprint and normal form by pg-query-emscripten, by libpg-query where the statement is newer than
 * the first one's grammar (PostgreSQL 16); the tree by libpg-query.
 *
 * Runs inside the parser worker as source text (worker-source.ts): it may use its arguments and globals, nothing else.
 */
export function answerRequest(request: ParserRequest, engines: readonly [FingerprintEngine, TreeEngine], maxLevels: number): ParserReply {
  const [pgQuery, libPgQuery] = engines;
  let broken: string | null = null;

  function guarded<T>(ask: () => T, otherwise: T): T {
    try {
      return ask();
    } catch (error) {
      broken = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return otherwise;
    }
  }

  /** Levels of objects and arrays, without recursion: a thousand chained operators are four thousand levels. */
  function levelsOf(root: unknown): number {
    let levels = 0;
    for (let layer: unknown[] = [root]; layer.length > 0; levels++) {
      const below: unknown[] = [];
      for (const value of layer) {
        for (const child of Object.values(value as object)) if (typeof child === "object" && child !== null) below.push(child);
      }
      layer = below;
    }
    return levels;
  }

  function treeOf(text: string): TreeReply {
    const parsed = libPgQuery.parse(text);
    if (parsed.kind === "syntax") return parsed;
    const levels = levelsOf(parsed.tree);
    return levels > maxLevels ? { kind: "too-deep", levels } : { kind: "tree", json: JSON.stringify(parsed.tree) };
  }

  const { text, compact } = request;
  const tree: TreeReply = request.tree ? guarded(() => treeOf(text), { kind: "none" }) : { kind: "none" };
  const ask = (what: "fingerprint" | "normalize") =>
    guarded(() => pgQuery[what](compact), null) ?? (broken === null ? guarded(() => libPgQuery[what](compact), null) : null);
  const fingerprint = request.fingerprint ? ask("fingerprint") : null;
  const normalized = request.normalized ? ask("normalize") : null;
  return { tree, fingerprint, normalized, broken };
}
