import type { Node } from "@pgsql/types";
import { liveSource } from "../../src/collect/live-source.ts";
import type { Catalog } from "../../src/domain/catalog.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import { relationKey } from "../../src/domain/postgres.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { catalogView } from "../../src/rule/catalog-view.ts";
import type { RewriteProposal, RewriteRule } from "../../src/rule/rewrite.ts";
import { rewritable } from "../../src/rule/rewrite-statement.ts";
import type { Context, Options } from "../../src/rule/rule.ts";
import { deparse } from "../../src/syntax/deparse.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { catalogOnly } from "./catalog-only.ts";
import type { RuleCase } from "./rule-case.ts";
import { withFigures } from "./snapshot-figures.ts";

/** A proposal with the tree it was made from. */
export type ProposedHere = RewriteProposal & { readonly before: Node };

export interface RewriteBench {
  readonly parser: SqlParser;
  /** Empties the database and runs the case's schema; gives its catalog under the case's figures. */
  make(given: RuleCase): Promise<Catalog>;
  /** The same as a whole snapshot, for the equivalence prover. */
  snapshot(given: RuleCase): Promise<Snapshot>;
  propose(rule: RewriteRule, sql: string, catalog: Catalog, postgres: number): Promise<readonly ProposedHere[]>;
  /** One spelling for a statement: parsed and written again. */
  canonical(sql: string): Promise<string>;
  parse(sql: string): Promise<Node>;
  /** Rows as JSON texts in the order they come. */
  rows(sql: string, parameters: readonly unknown[]): Promise<readonly string[]>;
  /** Builds the indexes of a proposal, so that what it suggests is known to be creatable. */
  build(proposal: RewriteProposal): Promise<void>;
  close(): Promise<void>;
}

/** One embedded PostgreSQL for all cases, in a time zone whose clocks change. */
export async function openRewriteBench(): Promise<RewriteBench> {
  const database = await bootEmbedded({ collation: "libc-utf8" });
  const parser = await openParser();
  const parse = async (sql: string): Promise<Node> => {
    const parsed = await parser.parse(sql);
    const node = parsed.kind === "parsed" ? parsed.statements[0]?.node : undefined;
    if (!node) throw new Error(`cannot parse: ${parsed.kind === "failed" ? parsed.message : "no statement"}\n${sql}`);
    return node;
  };
  await database.run("set timezone = 'Europe/Berlin'");
  const snapshot = async (given: RuleCase): Promise<Snapshot> => {
    await database.run("drop schema public cascade; create schema public");
    for (const [, name] of given.schema.matchAll(/create extension(?: if not exists)? "?(\w+)"?/gi)) database.provideExtension(name ?? "");
    await database.run(given.schema);
    const read = await liveSource(database.session, { ...catalogOnly, now: new Date(0) }).read({});
    return { ...read, catalog: withFigures(read.catalog, given.figures) };
  };
  return {
    parser,
    parse,
    snapshot,
    make: async (given) => (await snapshot(given)).catalog,
    async propose(rule, sql, catalog, postgres) {
      const viewTrees = new Map<string, Node>();
      for (const view of catalog.relations.filter((each) => each.viewDefinition !== null))
        viewTrees.set(relationKey(view), await parse(view.viewDefinition ?? ""));
      const found = rewritable(await parse(sql), catalog, { searchPath: ["public"], viewTrees });
      if (found.kind === "refused" || (found.statement.callsVolatile && !rule.volatileFunctions)) return [];
      const options = Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, option.default]));
      const context: Context<Options> = { catalog: catalogView(catalog), postgres, countingDays: null, options };
      return [...rule.rewrite(found.statement, context)].map((each) => ({ ...each, before: found.statement.node }));
    },
    canonical: async (sql) => deparse(await parse(sql)),
    rows: async (sql, parameters) => (await database.session.query<object>(sql, parameters)).map((row) => JSON.stringify(row)),
    async build(proposal) {
      for (const index of proposal.suggests ?? []) {
        if (index.extension !== null) {
          database.provideExtension(index.extension);
          await database.run(`create extension if not exists ${index.extension}`);
        }
        await database.run(createIndexSql(index));
      }
    },
    async close() {
      await parser.close();
      await database.close();
    },
  };
}
