import type { ChatMessage, LanguageModel } from "../contract/language-model.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import { guessedUsage, type Reply } from "./chat-reply.ts";
import { schemaText } from "./read-answer.ts";
import { repaired } from "./repaired.ts";

/**
 * A model that PostgresML runs inside a database, by `pgml.transform`; the database is given for this and is not the one that is advised
 * on unless the user names the same. It holds no answer to a schema, so the schema is asked for in words and one answer may be repaired.
 * A signal ends the wait at the next question: the statement's timeout bounds the one that runs.
 * https://postgresml.org/docs/open-source/pgml/api/pgml.transform
 */
export async function pgmlChat(session: SqlSession, model: string): Promise<LanguageModel> {
  const [found] = await session.query<{ there: boolean }>("select to_regprocedure($1) is not null as there", [
    "pgml.transform(jsonb, jsonb, text[], boolean)",
  ]);
  if (found?.there !== true) {
    await session.close();
    throw new AdvisorError("MODEL_UNAVAILABLE", "The database has no pgml.transform(jsonb, jsonb, text[], boolean).", {
      hint: "Name a database with the extension pgml (PostgresML), or use another kind of model.",
    });
  }
  return {
    id: `pgml:${model}`,
    description: "PostgresML",
    complete: (messages, wanted) =>
      repaired(messages, wanted, (all) => {
        if (wanted.signal?.aborted) throw new AdvisorError("ABORTED", "The model was told to stop.");
        return transform(session, model, promptOf(all, schemaText(wanted.schema)), wanted.maxTokens);
      }),
    close: () => session.close(),
  };
}

/** Turns as plain text: `transform` takes texts, and knows no roles. */
function promptOf(messages: readonly ChatMessage[], schema: string): string {
  const turns = messages.map(({ role, content }) => `${role}: ${content}`);
  return [...turns, `Answer with one JSON object of this schema and nothing else: ${schema}`, "assistant:"].join("\n\n");
}

async function transform(session: SqlSession, model: string, prompt: string, maxTokens: number): Promise<Reply> {
  try {
    const [row] = await session.query<{ answer: unknown }>(
      "select pgml.transform(task => $1::jsonb, args => $2::jsonb, inputs => $3::text[], cache => true) as answer",
      [
        JSON.stringify({ task: "text-generation", model }),
        JSON.stringify({ max_new_tokens: maxTokens, return_full_text: false, do_sample: false }),
        [prompt],
      ],
    );
    const said = generatedText(row?.answer);
    // Some versions give the prompt back in front of the answer whatever they are told.
    const text = said.startsWith(prompt) ? said.slice(prompt.length) : said;
    return { text, cut: null, usage: guessedUsage(prompt.length, text.length) };
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    const why = sqlState === "57014" ? "it took longer than it may" : `SQLSTATE ${sqlState}`;
    throw new AdvisorError("MODEL_UNAVAILABLE", `pgml.transform failed with the model "${model}": ${why}.`, {
      hint: 'Try the model on that database: select pgml.transform(task => \'{"task": "text-generation", "model": "…"}\', inputs => array[\'Hello\']).',
      cause: error,
    });
  }
}

/** `[[{"generated_text": …}]]`, one list for each input, as the pipelines of transformers give it. */
function generatedText(answer: unknown): string {
  if (Array.isArray(answer)) return generatedText(answer[0]);
  if (typeof answer !== "object" || answer === null || !("generated_text" in answer)) return "";
  return typeof answer.generated_text === "string" ? answer.generated_text : "";
}
