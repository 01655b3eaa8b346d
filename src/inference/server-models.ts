import { z } from "zod";
import { withDeadline } from "../deadline.ts";
import { AdvisorError } from "../errors.ts";
import { networkReason } from "../http-retry.ts";
import { bodyText } from "./event-stream.ts";

const listShape = z.object({ data: z.array(z.object({ id: z.string() })) });
/** A server that lists its models does so at once. */
const timeoutMs = 5_000;
const maxBytes = 4 * 1024 * 1024;

/** Names of the models that an OpenAI-compatible server offers, sorted. Throws MODEL_UNAVAILABLE when it does not say. */
export async function serverModels(url: string, key?: string): Promise<readonly string[]> {
  const { origin } = new URL(url);
  const unavailable = (why: string, cause?: unknown) =>
    new AdvisorError("MODEL_UNAVAILABLE", `${origin} does not list its models: ${why}.`, {
      hint: "Check that the server runs, and that the URL ends in its API's version, as in http://localhost:11434/v1.",
      ...(cause === undefined ? {} : { cause }),
    });
  const response = await withDeadline(null, timeoutMs, (signal) =>
    fetch(`${url.replace(/\/+$/, "")}/models`, {
      redirect: "error",
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal,
    }),
  ).catch((error: unknown) => {
    throw unavailable(
      error instanceof Error && error.name === "TimeoutError" ? `no answer in ${timeoutMs / 1000} s` : networkReason(error),
      error,
    );
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw unavailable(`HTTP ${response.status}`);
  }
  let text = "";
  for await (const piece of bodyText(response.body, { maxBytes, silenceMs: timeoutMs })) text += piece;
  const parsed = listShape.safeParse(jsonOr(text));
  if (!parsed.success) throw unavailable("the answer is no list of models");
  return parsed.data.data.map(({ id }) => id).toSorted();
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
