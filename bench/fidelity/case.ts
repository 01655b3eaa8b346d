import type { CandidateKey, IndexDefinition } from "../../src/domain/candidate.ts";
import type { AccessMethod } from "../../src/domain/postgres.ts";

/** A production database of the bench, and what is asked of it. */
export interface DataSet {
  readonly name: string;
  /** Statements that make it, each in its own transaction; then `vacuum analyze`, then `churn`. */
  readonly build: (scale: number) => readonly string[];
  /** Loads rows from files instead, after `build`. */
  readonly load?: (url: string) => Promise<void>;
  /** Changes after the last ANALYZE, so that statistics are a little stale, as they are. */
  readonly churn: readonly string[];
  /** `ALTER DATABASE … SET`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly extensions: readonly string[];
  readonly cases: readonly FidelityCase[];
}

/** One candidate index and the statements it could serve. */
export interface FidelityCase {
  /** CREATE INDEX's text after `ON`. */
  readonly index: string;
  readonly definition: IndexDefinition;
  readonly statements: readonly string[];
}

/** `on("orders using btree (city, total desc) where note is null", "select …", …)`. */
export function on(index: string, ...statements: readonly string[]): FidelityCase {
  return { index, definition: definitionOf(index), statements };
}

/** What of CREATE INDEX the cases use; throws on the rest. */
function definitionOf(text: string): IndexDefinition {
  const head = /^(\w+) using (\w+) \(/.exec(text);
  if (!head) throw new Error(`not "table using method (…)": ${text}`);
  const end = closing(text, head[0].length - 1);
  const keys = split(text.slice(head[0].length, end)).map(keyOf);
  let rest = text.slice(end + 1).trim();
  let include: string[] = [];
  const storage: Record<string, string> = {};
  if (rest.startsWith("include (")) {
    include = split(rest.slice("include (".length, closing(rest, rest.indexOf("("))));
    rest = rest.slice(closing(rest, rest.indexOf("(")) + 1).trim();
  }
  if (rest.startsWith("with (")) {
    for (const option of split(rest.slice("with (".length, rest.indexOf(")")))) {
      const [name = "", value = ""] = option.split("=").map((part) => part.trim());
      storage[name] = value;
    }
    rest = rest.slice(rest.indexOf(")") + 1).trim();
  }
  if (rest !== "" && !rest.startsWith("where ")) throw new Error(`cannot read "${rest}" of ${text}`);
  const predicate = rest === "" ? null : rest.slice("where ".length);
  return {
    relation: { schema: "public", name: head[1]! },
    accessMethod: head[2] as AccessMethod,
    keys,
    include,
    predicate,
    storage,
    extension: null,
  };
}

function keyOf(text: string): CandidateKey {
  const expressionEnd = text.startsWith("(")
    ? closing(text, 0) + 1
    : /^\w+(\(|$| )/.test(text) && /^\w+\(/.test(text)
      ? closing(text, text.indexOf("(")) + 1
      : text.search(/ |$/);
  const sql = text.slice(0, expressionEnd);
  let rest = text.slice(expressionEnd).trim();
  const descending = /\bdesc\b/.test(rest);
  const nulls = /\bnulls (first|last)\b/.exec(rest)?.[1];
  rest = rest.replace(/\b(asc|desc|nulls first|nulls last)\b/g, "").trim();
  return {
    column: /^\w+$/.test(sql) ? sql : null,
    sql,
    operatorClass: rest === "" ? null : rest,
    collation: null,
    descending,
    nullsFirst: nulls === undefined ? descending : nulls === "first",
  };
}

/** Position of the parenthesis that closes the one at `open`; quotes are skipped. */
function closing(text: string, open: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = open; at < text.length; at++) {
    const letter = text[at];
    if (letter === "'") quoted = !quoted;
    else if (!quoted && letter === "(") depth++;
    else if (!quoted && letter === ")" && --depth === 0) return at;
  }
  throw new Error(`unbalanced: ${text}`);
}

/** At commas outside parentheses. */
function split(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= list.length; at++) {
    const letter = list[at];
    if (letter === "(") depth++;
    else if (letter === ")") depth--;
    else if (at === list.length || (letter === "," && depth === 0)) {
      parts.push(list.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts;
}
