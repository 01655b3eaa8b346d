import type { ParseResult } from "@pgsql/types";
import type { FingerprintEngine } from "./pg-query.ts";

export interface TreeEngine extends FingerprintEngine {
  /** `cursor` counts code points from 0. Throws what is not a syntax error: then the instance must not be used again. */
  parse(
    sql: string,
  ): { readonly kind: "tree"; readonly tree: ParseResult } | { readonly kind: "syntax"; readonly message: string; readonly cursor: number };
}

/** The parts of libpg-query 18 used here. */
export interface LibPgQueryModule {
  parseSync(sql: string): ParseResult;
  fingerprintSync(sql: string): string;
  normalizeSync(sql: string): string;
  readonly SqlError: new (...rest: never[]) => Error & { readonly sqlDetails?: { readonly cursorPosition: number } };
}

/**
 * libpg-query 18: the only engine whose trees the deparser may see. `fingerprintSync` and `normalizeSync` can return an
 * error's text as if it were the result, so the first is checked for its form and the second is asked only of text that parses.
 *
 * Runs inside the parser worker as source text (worker-source.ts): it may use its argument and globals, nothing else.
 */
export function driveLibPgQuery(module: LibPgQueryModule): TreeEngine {
  function parse(sql: string): ReturnType<TreeEngine["parse"]> {
    try {
      return { kind: "tree", tree: module.parseSync(sql) };
    } catch (error) {
      if (!(error instanceof module.SqlError)) throw error;
      return { kind: "syntax", message: error.message, cursor: error.sqlDetails?.cursorPosition ?? 0 };
    }
  }

  return {
    parse,
    fingerprint(sql) {
      if (parse(sql).kind === "syntax") return null;
      const text = module.fingerprintSync(sql);
      return /^[0-9a-f]{16}$/.test(text) ? text : null;
    },
    normalize(sql) {
      return parse(sql).kind === "syntax" ? null : module.normalizeSync(sql);
    },
  };
}
