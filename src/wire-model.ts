import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelInput } from "./config/model-input.ts";
import type { LanguageModel } from "./contract/language-model.ts";
import type { Recommendation } from "./domain/recommendation.ts";
import type { Report } from "./domain/report.ts";
import { AdvisorError } from "./errors.ts";
import type { PlainWords } from "./explain/plain-words.ts";

/** The model, ready to be asked; nothing is sent yet. Throws MODEL_UNAVAILABLE, DEPENDENCY_MISSING, and what connecting throws. */
export async function openLanguageModel(
  input: ModelInput,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LanguageModel> {
  const { kind, model } = input;
  switch (kind) {
    case "openai": {
      const { openAiChat } = await import("./inference/openai-chat.ts");
      const key = environment[input.keyVariable];
      return openAiChat({ url: input.url ?? "", model, ...(key === undefined || key === "" ? {} : { key }) });
    }
    case "local": {
      const { openLocalChat } = await import("./inference/local-chat.ts");
      return openLocalChat({ model, modelsDirectory: modelsFolder() });
    }
    case "pgml": {
      const { connectReadOnly } = await import("./connect/connect.ts");
      const { pgmlChat } = await import("./inference/pgml-chat.ts");
      const session = await connectReadOnly({ url: input.url ?? "", statementTimeoutMs: input.budget.timeMs, lockTimeoutMs });
      return pgmlChat(session, model);
    }
    default:
      return kind satisfies never;
  }
}

/**
 * A recommendation in a model's words, or the template's with the reasons why: what the model claimed wrongly, or that it could not be
 * asked.
 */
export async function wordRecommendation(
  report: Report,
  recommendation: Recommendation,
  input: ModelInput,
  signal: AbortSignal,
): Promise<PlainWords> {
  const { plainWords } = await import("./explain/plain-words.ts");
  let model: LanguageModel | null = null;
  try {
    model = await openLanguageModel(input, process.env);
    return await plainWords(model, recommendation, report.families, signal);
  } catch (error) {
    if (!(error instanceof AdvisorError) || error.code === "ABORTED" || error.code === "INTERNAL") throw error;
    return { explanation: recommendation.explanation, refused: [error.message.replace(/\.$/, "")] };
  } finally {
    await model?.close();
  }
}

/** Never waits behind others' locks. */
const lockTimeoutMs = 2_000;

/** The package's own models, found by walking up to its package.json, from the sources as from `dist`. */
export function modelsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, "models");
}
