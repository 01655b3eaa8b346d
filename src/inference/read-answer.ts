import { z } from "zod";
import type { ChatMessage } from "../contract/language-model.ts";

export type Answer<T> = { readonly kind: "value"; readonly value: T } | { readonly kind: "wrong"; readonly why: string };

/** The one JSON object in a model's text, if it has the shape asked for. Thoughts, code fences and words around it are passed over. */
export function readAnswer<T>(text: string, schema: z.ZodType<T>): Answer<T> {
  const json = jsonIn(text);
  if (json === null) return { kind: "wrong", why: "the answer holds no JSON object" };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: "wrong", why: "the answer is not valid JSON" };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: "value", value: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join(".") ?? "";
  return { kind: "wrong", why: `the answer has another shape${where === "" ? "" : ` at ${where.slice(0, 80)}`}` };
}

/** Text of the schema for a model that is not held to it. */
export function schemaText(schema: z.ZodType): string {
  return JSON.stringify(sentSchema(schema));
}

/**
 * As JSON Schema for servers. Lengths are left out: some refuse them, and grammars made of long counted strings are slow; zod checks
 * them afterwards. https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function sentSchema(schema: z.ZodType): unknown {
  return withoutLengths(z.toJSONSchema(schema));
}

/** What is said after an answer that cannot be used; the answer itself is quoted back, shortened. */
export function repairTurn(text: string, why: string, schema: z.ZodType): readonly ChatMessage[] {
  return [
    { role: "assistant", content: text.slice(0, 2_000) },
    {
      role: "user",
      content: `That cannot be used: ${why}. Answer again with one JSON object of this schema and nothing else: ${schemaText(schema)}`,
    },
  ];
}

function jsonIn(text: string): string | null {
  const said = text.replaceAll(/<think>[\s\S]*?(?:<\/think>|$)/g, "");
  const [start, end] = [said.indexOf("{"), said.lastIndexOf("}")];
  return start < 0 || end < start ? null : said.slice(start, end + 1);
}

const lengths = new Set(["$schema", "minLength", "maxLength", "pattern", "maxItems", "minItems"]);

function withoutLengths(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLengths);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (lengths.has(key) && typeof each !== "object" ? [] : [[key, withoutLengths(each)]])),
  );
}
