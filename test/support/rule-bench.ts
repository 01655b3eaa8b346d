import type { Node } from "@pgsql/types";
import { liveSource } from "../../src/collect/live-source.ts";
import type { Catalog } from "../../src/domain/catalog.ts";
import { qualified } from "../../src/domain/identifier.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import { relationKey } from "../../src/domain/postgres.ts";
import type { Scan } from "../../src/domain/workload.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { describeStatement } from "../../src/parse/describe-scans.ts";
import { catalogView } from "../../src/rule/catalog-view.ts";
import type { Context, Options, Proposal, Rule } from "../../src/rule/rule.ts";
import { deparse } from "../../src/syntax/deparse.ts";
import { openParser } from "../../src/syntax/parse-sql.ts";
import { catalogOnly } from "./catalog-only.ts";
import type { RuleCase } from "./rule-case.ts";
import { unknownNames, withFigures } from "./snapshot-figures.ts";

/** What a rule said, as SQL in one spelling. */
export interface Said {
  readonly kind: Proposal["kind"];
  readonly sql: string;
  readonly because: string;
}

export interface RuleBench {
  /** Empties the database and runs the case's schema. */
  make(given: RuleCase): Promise<void>;
  /** Runs the rule on the schema as it is now, under the case's figures. */
  propose(rule: Rule, given: RuleCase): Promise<Said[]>;
  apply(sql: string): Promise<void>;
  /** One spelling for a statement: parsed and written again. */
  canonical(sql: string): Promise<string>;
  /** Scans of the last statement a rule was asked about. */
  readonly scanCount: number;
  close(): Promise<void>;
}

/** One embedded PostgreSQL for all cases: collation as most servers have it, so that LIKE needs its operator class. */
export async function openRuleBench(): Promise<RuleBench> {
  const database = await bootEmbedded({ collation: "libc-utf8" });
  const parser = await openParser();
  let scanCount = 0;
  // Later a dropped index may have figures still.
  let fresh = true;

  const parse = async (sql: string): Promise<Node> => {
    const parsed = await parser.parse(sql);
    const node = parsed.kind === "parsed" ? parsed.statements[0]?.node : undefined;
    if (!node) throw new Error(`cannot parse: ${parsed.kind === "failed" ? parsed.message : "no statement"}\n${sql}`);
    return node;
  };
  const canonical = async (sql: string) => deparse(await parse(sql));

  const read = async (given: RuleCase): Promise<Catalog> => {
    const { catalog } = await liveSource(database.session, { ...catalogOnly, now: new Date(0) }).read({});
    const unknown = fresh ? unknownNames(catalog, given.figures) : [];
    if (unknown.length > 0) throw new Error(`figures for ${unknown.join(", ")}, which the schema does not make`);
    fresh = false;
    return withFigures(catalog, given.figures);
  };

  const scansOf = async (sql: string, catalog: Catalog): Promise<readonly Scan[]> => {
    const views = catalog.relations.filter((each) => each.viewDefinition !== null);
    const viewTrees = new Map<string, Node>();
    for (const view of views) viewTrees.set(relationKey(view), await parse(view.viewDefinition ?? ""));
    const facts = describeStatement(await parse(sql), catalog, { searchPath: ["public"], viewTrees });
    if (facts.unresolved.length > 0) throw new Error(`unresolved: ${facts.unresolved.join(", ")}`);
    return facts.scans;
  };

  return {
    get scanCount() {
      return scanCount;
    },
    async make({ schema }) {
      await database.run("drop schema public cascade; create schema public");
      for (const [, name] of schema.matchAll(/create extension(?: if not exists)? "?(\w+)"?/gi)) database.provideExtension(name ?? "");
      await database.run(schema);
      fresh = true;
    },
    async propose(rule, given) {
      const catalog = await read(given);
      const defaults = Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, option.default]));
      const context: Context<Options> = {
        catalog: catalogView(catalog),
        postgres: given.postgres ?? 18,
        countingDays: given.countingDays,
        options: defaults,
      };
      const scans = given.statement === null ? [] : await scansOf(given.statement, catalog);
      scanCount = scans.length;
      const proposals = [
        ...scans.flatMap((scan) => [...(rule.propose?.(scan, context) ?? [])]),
        ...catalog.relations.flatMap((relation) => [...(rule.inspect?.(relation, context) ?? [])]),
      ];
      const said = await Promise.all(
        proposals.map(async (each) => ({ kind: each.kind, because: each.because, sql: await canonical(sqlOf(each)) })),
      );
      // Two scans of one relation may ask for the same index.
      return said.filter((each, at) => said.findIndex((other) => other.sql === each.sql && other.kind === each.kind) === at);
    },
    apply: (sql) => database.run(sql),
    canonical,
    async close() {
      await parser.close();
      await database.close();
    },
  };
}

function sqlOf(proposal: Proposal): string {
  return proposal.kind === "drop" ? `DROP INDEX ${qualified(proposal.index)}` : createIndexSql(proposal.index);
}
