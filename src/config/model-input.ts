import { AdvisorError } from "../errors.ts";
import type { Config } from "./config.ts";

/** Which language model is asked, how it is reached and how much it may take. */
export interface ModelInput {
  /** `openai:<name>`, `local:<directory>`, `pgml:<name>`, as the user wrote it. */
  readonly name: string;
  readonly kind: "openai" | "local" | "pgml";
  /** The server's name for it, or a directory. */
  readonly model: string;
  /** Of the server's API, or of PostgresML's database; null for a local one. */
  readonly url: string | null;
  /** Environment variable that holds the server's key. */
  readonly keyVariable: string;
  readonly budget: { readonly statements: number; readonly rounds: number; readonly tokens: number; readonly timeMs: number };
  /** It also writes the explanations. */
  readonly words: boolean;
}

const kinds = ["openai", "local", "pgml"] as const;
const examples = "openai:qwen2.5-coder with --model-url http://localhost:11434/v1, local:./my-model, pgml:<name>, or none";

/** The model that flags name over the configuration; null for none. Throws INPUT_INVALID for a name that cannot be meant, or without its URL. */
export function modelInput(
  flags: { readonly model?: string | undefined; readonly url?: string | undefined; readonly words?: boolean | undefined },
  config: Config,
): ModelInput | null {
  const name = flags.model ?? config.model.name;
  if (name === "none") return null;
  const [prefix = "", ...rest] = name.split(":");
  const model = rest.join(":");
  const kind = kinds.find((each) => each === prefix);
  if (kind === undefined || model === "")
    throw new AdvisorError("INPUT_INVALID", `"${name}" names no language model.`, { hint: `Write ${examples}.` });
  const url = flags.url ?? config.model.url ?? null;
  const { keyVariable, statements, rounds, tokens, timeMs } = config.model;
  const words = flags.words ?? config.model.words;
  return {
    name,
    kind,
    model,
    url: kind === "local" ? null : checkedUrl(url, kind),
    keyVariable,
    budget: { statements, rounds, tokens, timeMs },
    words,
  };
}

const schemes: Readonly<Record<"openai" | "pgml", { readonly pattern: RegExp; readonly example: string }>> = {
  openai: { pattern: /^https?:$/, example: "http://localhost:11434/v1" },
  pgml: { pattern: /^postgres(ql)?:$/, example: "postgres://user@host/database" },
};

/** What was written may hold a password, so it is not repeated. */
function checkedUrl(url: string | null, kind: "openai" | "pgml"): string {
  const { pattern, example } = schemes[kind];
  if (url === null)
    throw new AdvisorError("INPUT_INVALID", `A ${kind} model needs the address it is reached at.`, {
      hint: `Add --model-url ${example}, or "model": { "url": … } to the configuration.`,
    });
  if (!URL.canParse(url) || !pattern.test(new URL(url).protocol))
    throw new AdvisorError("INPUT_INVALID", `The address of the ${kind} model is no URL of its kind.`, {
      hint: `Write it like ${example}.`,
    });
  return url;
}
