import type { ModelInput } from "./config/model-input.ts";
import type { LanguageModel } from "./contract/language-model.ts";
import { AdvisorError } from "./errors.ts";

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
    default:
      throw new AdvisorError("MODEL_UNAVAILABLE", `${kind} models are not there yet.`);
  }
}
