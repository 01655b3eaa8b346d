import type { Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { describeStatement } from "../parse/describe-scans.ts";
import { substituteParameters } from "../syntax/parameters.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import type { parseViews } from "./group.ts";

export interface VariantContext {
  readonly snapshot: Snapshot;
  readonly parser: SqlParser;
  readonly names: {
    readonly searchPath: readonly string[];
    readonly viewTrees: Awaited<ReturnType<typeof parseViews>>;
  };
}

/** The family as another text would read its tables, bound to the family's own values; null when the text cannot be parsed. */
export async function variantFamily(
  family: QueryFamily,
  variant: { readonly id: string; readonly sql: string },
  { snapshot, parser, names }: VariantContext,
): Promise<QueryFamily | null> {
  const parsed = await parser.parse(variant.sql);
  const node = parsed.kind === "parsed" && parsed.statements.length === 1 ? parsed.statements[0]?.node : undefined;
  if (!node) return null;
  const { scans, kind } = describeStatement(node, snapshot.catalog, names);
  const examples = family.examples.map((example) => ({
    ...example,
    sql: substituteParameters(variant.sql, ({ number }) => example.values[number] ?? null),
  }));
  return { ...family, id: variant.id, sql: variant.sql, kind, scans, examples };
}
