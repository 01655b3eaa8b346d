import type { Planner, PlanOptions, PlanOutcome, PreparedIndex, RefusedIndex, WhatIf } from "../contract/planner.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import { bringsStatistics } from "../domain/brings-statistics.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import { ident, qualified } from "../domain/identifier.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import type { Plan, PlanDoubt, PlanNode } from "../domain/plan.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import { indexesUsed } from "../parse/read-plan.ts";
import { serverWords } from "./live-planner.ts";
import { openSessionExplainer } from "./session-explainer.ts";

interface Hypopg {
  readonly session: SqlSession;
  /** Quoted schema of its functions. */
  readonly schema: string;
  readonly version: string;
  /**
   * hypopg_hide_index(oid) and hypopg_unhide_index(oid) came with 1.4.0: a list of the session, which no rollback undoes. Held against
   * their source; Debian 12 packages 1.3, so that no test here runs them.
   */
  readonly hides: boolean;
}

/** An index of the session's memory: nothing of it is on disk, nobody else sees it. */
interface Hypothetical {
  readonly oid: string;
  readonly name: string;
}

/**
 * Plans on the server with HypoPG's hypothetical indexes, which live in the memory of this session. It makes B-tree, hash, BRIN and
 * bloom indexes; others are refused. The session must be read-only and one connection for all its life (no transaction pooling);
 * closing the planner closes it. Throws EXTENSION_MISSING.
 */
export async function openHypopgPlanner(session: SqlSession): Promise<Planner> {
  const hypopg = await findHypopg(session);
  await session.query(`select ${hypopg.schema}.hypopg_reset()`);
  const explainer = await openSessionExplainer(session);
  const definitions = new Map<string, string>();
  const answers = new Map<string, PreparedIndex | RefusedIndex>();
  const shown = new Map<string, Hypothetical>();
  const hidden = new Map<string, readonly string[]>();

  /** By difference to what the session holds now. */
  const show = async (ids: readonly string[]) => {
    for (const [id, { oid }] of shown) {
      // Deleting the entry at hand does not disturb the walk over a Map.
      if (ids.includes(id)) continue;
      await session.query(`select ${hypopg.schema}.hypopg_drop_index($1::oid)`, [oid]);
      shown.delete(id);
    }
    for (const id of ids) if (!shown.has(id)) shown.set(id, await create(hypopg, definitions.get(id)!));
  };
  const hide = async (names: readonly RelationName[]) => {
    const wanted = new Map(names.map((name) => [relationKey(name), name]));
    for (const [key, oids] of hidden) {
      if (wanted.has(key)) continue;
      for (const oid of oids) await session.query(`select ${hypopg.schema}.hypopg_unhide_index($1::oid)`, [oid]);
      hidden.delete(key);
    }
    for (const [key, name] of wanted) {
      if (hidden.has(key)) continue;
      const oids = await indexAndParts(session, name);
      for (const oid of oids) await session.query(`select ${hypopg.schema}.hypopg_hide_index($1::oid)`, [oid]);
      hidden.set(key, oids);
    }
  };

  return {
    backend: "hypopg",
    description: `HypoPG ${hypopg.version} on the server (${serverWords(explainer.versionNumber)})`,
    gaps: [],
    hidesIndexes: hypopg.hides,
    cautions: () => [],
    async prepare(id, index) {
      const known = answers.get(id);
      if (known) return known;
      const answer = await tryOut(hypopg, id, index);
      answers.set(id, answer);
      if (answer.kind === "prepared") definitions.set(id, createIndexSql(index));
      return answer;
    },
    async plan(sql: string, whatIf: WhatIf, options: PlanOptions = {}): Promise<PlanOutcome> {
      const unknown = whatIf.show.find((id) => !definitions.has(id));
      if (unknown !== undefined)
        throw new AdvisorError("INTERNAL", `Index "${unknown}" was not prepared with HypoPG.`, { hint: "Call prepare() first." });
      if (whatIf.hide.length > 0 && !hypopg.hides)
        return { kind: "failed", sqlState: "0A000", message: `HypoPG ${hypopg.version} cannot hide an existing index: 1.4 can` };
      await show(whatIf.show);
      await hide(whatIf.hide);
      const outcome = await explainer.plan(sql, options.generic ?? false);
      if (outcome.kind === "failed") return outcome;
      return { kind: "planned", plan: namedById(outcome.plan, shown) };
    },
    doubts: async (plan) => doubtsOf(plan, answers),
    parameterTypes: (sql) => explainer.parameterTypes(sql),
    close: () => session.close(),
  };
}

async function findHypopg(session: SqlSession): Promise<Hypopg> {
  const [found] = await session.query<{ version: string; schema: string; hides: boolean }>(
    `select e.extversion as version, n.nspname::text as schema,
            exists (select from pg_proc p where p.pronamespace = n.oid and p.proname = 'hypopg_hide_index') as hides
     from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'hypopg'`,
  );
  if (found) return { session, schema: ident(found.schema), version: found.version, hides: found.hides };
  throw new AdvisorError("EXTENSION_MISSING", "This database does not have the extension hypopg.", {
    hint: "Run as its owner: CREATE EXTENSION hypopg; or prove in the shadow, which needs nothing on the server: --planner shadow",
  });
}

async function create({ session, schema }: Hypopg, sql: string): Promise<Hypothetical> {
  const [row] = await session.query<Hypothetical>(
    `select indexrelid::text as oid, indexname::text as name from ${schema}.hypopg_create_index($1)`,
    [sql],
  );
  if (row) return row;
  throw new AdvisorError("INTERNAL", "HypoPG made no index and gave no reason.");
}

/** Makes it once for its size, and takes it away again. */
async function tryOut(hypopg: Hypopg, id: string, index: IndexDefinition): Promise<PreparedIndex | RefusedIndex> {
  const { session, schema } = hypopg;
  try {
    const made = await create(hypopg, createIndexSql(index));
    const [size] = await session.query<{ bytes: string; kind: string }>(
      `select ${schema}.hypopg_relation_size($1::oid)::text as bytes, (select relkind::text from pg_class where oid = to_regclass($2)) as kind`,
      [made.oid, qualified(index.relation)],
    );
    await session.query(`select ${schema}.hypopg_drop_index($1::oid)`, [made.oid]);
    return { kind: "prepared", name: `plansmith_${id}`, bytes: Number(size?.bytes ?? 0), uncertain: doubts(index, size?.kind === "p") };
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    return { kind: "refused", sqlState, message: (error as Error).message };
  } finally {
    await session.query("rollback");
  }
}

/** Measured in facts/index-advisors.md 2.6: 3.8 times the size of a B-tree with many equal keys; expressions at the default of 0.5 %. */
function doubts(index: IndexDefinition, isPartitioned: boolean): string | null {
  const texts = [
    ...(index.accessMethod === "btree" ? ["HypoPG does not reckon with the deduplication of equal keys: a B-tree may be smaller"] : []),
    ...(bringsStatistics(index)
      ? ["HypoPG has no statistics of an expression: the planner takes 0.5 % of the rows for any value of it"]
      : []),
    ...(isPartitioned ? ["HypoPG sizes an index of a partitioned table by the parent, which holds no rows"] : []),
  ];
  return texts.length === 0 ? null : texts.join("; ");
}

async function indexAndParts(session: SqlSession, index: RelationName): Promise<string[]> {
  const rows = await session.query<{ oid: string }>(
    `with recursive part (oid) as (
       select to_regclass($1)::oid union all select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid)
     select oid::text as oid from part where oid is not null order by oid`,
    [qualified(index)],
  );
  return rows.map((row) => row.oid);
}

function doubtsOf(plan: Plan, answers: ReadonlyMap<string, PreparedIndex | RefusedIndex>): PlanDoubt[] {
  const used = indexesUsed(plan);
  return [...answers.values()].flatMap((answer) =>
    answer.kind === "prepared" && answer.uncertain !== null && used.has(answer.name)
      ? [{ kind: "size" as const, relation: null, index: answer.name, text: answer.uncertain }]
      : [],
  );
}

/** HypoPG names an index `<oid>btree_table_columns`, with another OID each time it is made. */
function namedById(plan: Plan, shown: ReadonlyMap<string, Hypothetical>): Plan {
  const ids = new Map([...shown].map(([id, { name }]) => [name, id]));
  const oids = new Map([...shown].map(([id, { oid }]) => [oid, id]));
  const rename = (node: PlanNode): PlanNode => {
    const id = node.index === null ? undefined : (ids.get(node.index) ?? oids.get(/^<(\d+)>/.exec(node.index)?.[1] ?? ""));
    return { ...node, index: id === undefined ? node.index : `plansmith_${id}`, children: node.children.map(rename) };
  };
  return { ...plan, root: rename(plan.root) };
}
