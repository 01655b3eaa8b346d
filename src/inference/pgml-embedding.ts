import type { EmbeddingModel } from "../contract/embedding-model.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import { modelOfService } from "./in-parts.ts";

/** Texts of one statement: it runs as long as the model takes for them. */
const textsPerStatement = 32;

/**
 * A model run by PostgresML inside a PostgreSQL (https://postgresml.org/docs/open-source/pgml/api/pgml.embed). The session is its own, never
 * production's, and is closed with the model. Throws MODEL_UNAVAILABLE where `pgml.embed` is not there or does not give vectors.
 */
export async function openPgmlEmbedding(session: SqlSession, model: string): Promise<EmbeddingModel> {
  const [there] = await session.query<{ there: boolean }>("select to_regprocedure('pgml.embed(text,text,jsonb)') is not null as there");
  if (!there?.there)
    throw new AdvisorError("MODEL_UNAVAILABLE", "The database of the embedding model has no pgml.embed.", {
      hint: "Run there: CREATE EXTENSION pgml;",
    });
  return modelOfService({
    id: `pgml ${model}`,
    device: "PostgresML",
    textsAtOnce: textsPerStatement,
    ask: (texts) => embed(session, model, texts),
    close: () => session.close(),
  });
}

async function embed(session: SqlSession, model: string, texts: readonly string[]): Promise<unknown[]> {
  try {
    const rows = await session.query<{ vector: unknown }>(
      `select to_json(pgml.embed($1, given.text, '{}'::jsonb)) as vector
       from unnest($2::text[]) with ordinality as given(text, position) order by given.position`,
      [model, texts],
    );
    return rows.map(({ vector }) => vector);
  } catch (cause) {
    const state = sqlStateOf(cause);
    if (state === null) throw cause;
    throw new AdvisorError("MODEL_UNAVAILABLE", `pgml.embed failed for the model "${model}" (SQLSTATE ${state}).`, {
      hint: "Try it in psql: select pgml.embed('MODEL', 'select', '{}'::jsonb)",
      cause,
    });
  }
}
