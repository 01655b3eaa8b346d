import { liveSource } from "../../src/collect/live-source.ts";
import { subjectName } from "../../src/domain/tuning-subject.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { group } from "../../src/group/group.ts";
import type { TuningProposal, TuningRule } from "../../src/rule/tuning-rule.ts";
import { deparse } from "../../src/syntax/deparse.ts";
import { openParser } from "../../src/syntax/parse-sql.ts";
import { tuningContext } from "../../src/tune/context.ts";
import { withShapes } from "../../src/tune/families.ts";
import { runRules } from "../../src/tune/run-rules.ts";
import { catalogOnly } from "./catalog-only.ts";
import type { TuningCase } from "./tuning-case.ts";
import { caseTime, hardwareOf, withFacts } from "./tuning-facts.ts";

export interface TuningSaid {
  /** `warning public.orders`. */
  readonly head: string;
  /** In one spelling. */
  readonly sql: readonly string[];
  readonly proposal: TuningProposal;
}

export interface TuningBench {
  make(given: TuningCase): Promise<void>;
  advise(id: string, rule: TuningRule, given: TuningCase): Promise<TuningSaid[]>;
  /** Makes the change in the schema or the settings; false for work that leaves no mark there (VACUUM, a statement's own SET). */
  apply(sql: string): Promise<boolean>;
  canonical(sql: string): Promise<string>;
  close(): Promise<void>;
}

/** One embedded PostgreSQL for all cases. */
export async function openTuningBench(): Promise<TuningBench> {
  const database = await bootEmbedded({ collation: "libc-utf8" });
  const parser = await openParser();
  let overrides = new Map<string, string>();

  const canonical = async (sql: string): Promise<string> => {
    const parsed = await parser.parse(sql);
    const node = parsed.kind === "parsed" ? parsed.statements[0]?.node : undefined;
    if (!node) throw new Error(`cannot parse: ${parsed.kind === "failed" ? parsed.message : "no statement"}\n${sql}`);
    return deparse(node);
  };

  return {
    async make({ schema }) {
      await database.run("drop schema public cascade; create schema public");
      for (const [, name] of schema.matchAll(/create extension(?: if not exists)? "?(\w+)"?/gi)) database.provideExtension(name ?? "");
      await database.run(schema);
      overrides = new Map();
    },
    async advise(id, rule, given) {
      const read = await liveSource(database.session, { ...catalogOnly, readEnds: true, origin: "demo", now: caseTime }).read({});
      const snapshot = withFacts(read, given, overrides);
      const { families } = await group(snapshot, parser);
      const context = tuningContext(snapshot, await withShapes(families, parser), hardwareOf(given));
      const { proposals, failures } = runRules(snapshot, context, new Map([[id, rule]]), {});
      for (const { error } of failures) throw error;
      return Promise.all(
        proposals.map(async ({ proposal, meta }) => ({
          head: `${proposal.severity ?? meta.severity} ${headWords(proposal)}`,
          sql: await Promise.all(proposal.apply.map(canonical)),
          proposal,
        })),
      );
    },
    async apply(sql) {
      const [, name, value] = /^ALTER SYSTEM SET (\S+) = '(.*)'$/.exec(sql) ?? [];
      if (name !== undefined && value !== undefined) {
        overrides.set(name, value);
        return true;
      }
      if (sql.startsWith("SELECT pg_reload_conf")) return true;
      if (!/^(ALTER|CREATE|DROP) /.test(sql) || /^(ALTER ROLE|ALTER DATABASE|CREATE PUBLICATION)/.test(sql)) return false;
      await database.run(sql.replace(/ CONCURRENTLY /, " "));
      return true;
    },
    canonical,
    async close() {
      await parser.close();
      await database.close();
    },
  };
}

function headWords({ about }: TuningProposal): string {
  if (about.kind === "statement") return "statement";
  return about.kind === "server" ? "server" : subjectName(about);
}
