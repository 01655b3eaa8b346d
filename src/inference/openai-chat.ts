import type { z } from "zod";
import type { ChatMessage, CompleteOptions, LanguageModel } from "../contract/language-model.ts";
import { withDeadline } from "../deadline.ts";
import { AdvisorError } from "../errors.ts";
import { mayPass, networkReason, retryAfterMs } from "../http-retry.ts";
import { guessedUsage, type Reply, streamedReply, wholeReply } from "./chat-reply.ts";
import { bodyText, StreamFault } from "./event-stream.ts";
import { persistently, TryAgain } from "./persist.ts";
import { schemaText, sentSchema } from "./read-answer.ts";
import { repaired } from "./repaired.ts";

export interface OpenAiChatOptions {
  /** Up to and with the version: `http://localhost:11434/v1`. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token; absent: none. */
  readonly key?: string;
  /** Longest wait for the next piece of an answer, the first included: a server may load the model first. Default 2 minutes. */
  readonly silenceMs?: number;
}

/** Bytes of one answer, events and all: 100 times the longest that is asked for. */
const maxBytes = 2 * 1024 * 1024;
const usualSilenceMs = 120_000;

/** How much a server understands, most first: an answer held to a schema, to JSON, to nothing. */
const manners = ["json_schema", "json_object", "plain"] as const;
type Manner = (typeof manners)[number];

/**
 * Any server that speaks OpenAI's `/chat/completions`: Ollama, llama.cpp, vLLM, LM Studio. Nothing is sent anywhere else: redirects are
 * refused. Asks for JSON of the schema, for any JSON where the server refuses that, else in words; what has another shape is asked
 * for once more.
 */
export function openAiChat(options: OpenAiChatOptions): LanguageModel {
  const server = new URL(options.url).origin;
  const gaveUp = (last: TryAgain) =>
    new AdvisorError("MODEL_UNAVAILABLE", `The model server at ${server} did not answer: ${last.message}.`, {
      hint: "Check that it runs and has the model: plansmith models --check",
      cause: last,
    });
  let manner: Manner = manners[0];
  const ask = async <T>(messages: readonly ChatMessage[], wanted: CompleteOptions<T>): Promise<Reply> => {
    for (;;) {
      const reply = await persistently(() => request(options, manner, messages, wanted), { gaveUp, signal: wanted.signal });
      if (reply !== "not-understood") return reply;
      manner = manners[manners.indexOf(manner) + 1] ?? "plain";
    }
  };
  return {
    id: `openai:${options.model}`,
    description: server,
    complete: (messages, wanted) => repaired(messages, wanted, (all) => ask(all, wanted)),
    async close() {},
  };
}

/** One request. Throws TryAgain for what may pass, AdvisorError for what will not. */
async function request<T>(
  options: OpenAiChatOptions,
  manner: Manner,
  messages: readonly ChatMessage[],
  { schema, maxTokens, signal }: CompleteOptions<T>,
): Promise<Reply | "not-understood"> {
  const silenceMs = options.silenceMs ?? usualSilenceMs;
  const told = manner === "json_schema" ? messages : withSchema(messages, schema);
  const promptChars = told.reduce((sum, { content }) => sum + content.length, 0);
  const asked = { model: options.model, messages: told, max_tokens: maxTokens, temperature: 0, seed: 1, stream: true };
  const held = manner === "plain" ? {} : { stream_options: { include_usage: true }, response_format: formatOf(manner, schema) };
  const response = await send({ ...asked, ...held }, options, silenceMs, signal);
  if (!response.ok) return refused(response, options, manner);
  if (response.body === null) throw new TryAgain("the answer is empty", null);
  try {
    const text = bodyText(response.body, { maxBytes, silenceMs });
    const isStream = response.headers.get("content-type")?.includes("event-stream") ?? false;
    return await (isStream ? streamedReply(text, promptChars) : wholeReply(text, promptChars));
  } catch (error) {
    if (!(error instanceof StreamFault)) throw error;
    // What was said so far is worth nothing, and saying it again would be as long.
    if (error.fault === "too-long") return { text: "", cut: error.message, usage: guessedUsage(promptChars, maxBytes) };
    throw new TryAgain(error.message, error.fault === "silent" ? Number.POSITIVE_INFINITY : null, error);
  }
}

/** The response's head. The timer ends with it: an answer may take longer than the wait for its next piece. */
async function send(body: unknown, { url, key }: OpenAiChatOptions, silenceMs: number, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await withDeadline(signal ?? null, silenceMs, (deadline) =>
      fetch(`${url.replace(/\/+$/, "")}/chat/completions`, {
        method: "POST",
        redirect: "error",
        headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
        body: JSON.stringify(body),
        signal: deadline,
      }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError")
      throw new TryAgain(`nothing came for ${silenceMs / 1000} s`, Number.POSITIVE_INFINITY, error);
    throw new TryAgain(networkReason(error), null, error);
  }
}

const wrongKey = new Set([401, 403]);

async function refused(response: Response, { url, model }: OpenAiChatOptions, manner: Manner): Promise<"not-understood"> {
  const { status, headers } = response;
  await response.body?.cancel();
  const { origin } = new URL(url);
  if (mayPass(status)) throw new TryAgain(`HTTP ${status}`, retryAfterMs(headers));
  if (wrongKey.has(status))
    throw new AdvisorError("MODEL_UNAVAILABLE", `The model server at ${origin} refused the key (HTTP ${status}).`, {
      hint: "Set PLANSMITH_MODEL_KEY to a key that it knows, or the variable that model.keyVariable names.",
    });
  if (status === 404 || manner === "plain")
    throw new AdvisorError("MODEL_UNAVAILABLE", `${origin} has no model "${model}", or no /chat/completions (HTTP ${status}).`, {
      hint: "plansmith models lists what the server offers; the URL ends in /v1 on most servers.",
    });
  return "not-understood";
}

function formatOf(manner: Exclude<Manner, "plain">, schema: z.ZodType): unknown {
  if (manner === "json_object") return { type: "json_object" };
  return { type: "json_schema", json_schema: { name: "answer", strict: true, schema: sentSchema(schema) } };
}

function withSchema(messages: readonly ChatMessage[], schema: z.ZodType): readonly ChatMessage[] {
  const words = `Answer with one JSON object of this schema and nothing else: ${schemaText(schema)}`;
  const [first, ...rest] = messages;
  if (first?.role !== "system") return [{ role: "system", content: words }, ...messages];
  return [{ ...first, content: `${first.content}\n\n${words}` }, ...rest];
}
