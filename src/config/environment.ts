import { AdvisorError } from "../errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Names of the variables that a text refers to as `${NAME}`, in its order. */
export function variablesOf(text: string): readonly string[] {
  return [...text.matchAll(reference)].map(([, name]) => name!);
}

/** The text with every `${NAME}` replaced. Throws CONFIG_INVALID, naming the variable and `where`, for one that is not set or empty. */
export function expand(text: string, environment: Environment, where: string): string {
  return text.replaceAll(reference, (_, name: string) => {
    const value = environment[name];
    if (value !== undefined && value !== "") return value;
    throw new AdvisorError(
      "CONFIG_INVALID",
      `${where}: the environment variable ${name} is ${value === undefined ? "not set" : "empty"}.`,
      {
        hint: `Set it where Plansmith runs: export ${name}=…`,
      },
    );
  });
}

/** `expand` for every text inside a value, however deep. */
export function expandAll<T>(value: T, environment: Environment, where: string): T {
  if (typeof value === "string") return expand(value, environment, where) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => expandAll(each, environment, where)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expandAll(each as unknown, environment, where)])) as T;
}

/** Shorter texts would mask half of every message; no secret worth the name is that short. */
const shortestSecret = 4;

/**
 * Hides the values of the named variables, and the passwords, queries and paths in those that are URLs, in any text: `***`. What a
 * driver or a server says may repeat them, encoded or not.
 */
export function secretMask(names: Iterable<string>, environment: Environment): (text: string) => string {
  const secrets = new Set<string>();
  for (const name of names) {
    const value = environment[name];
    if (value === undefined) continue;
    for (const part of [value, ...urlSecrets(value)]) if (part.length >= shortestSecret) secrets.add(part);
  }
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return (text) => {
    let masked = text;
    for (const secret of longestFirst) masked = masked.replaceAll(secret, "***");
    // A password of a URL that was no variable's: no text of ours shows one.
    return masked.replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, "$1:***@");
  };
}

function urlSecrets(value: string): string[] {
  if (!URL.canParse(value)) return [];
  const url = new URL(value);
  const password = url.password === "" ? [] : [url.password, decoded(url.password)];
  if (/^postgres(?:ql)?:$/i.test(url.protocol)) return [...password, ...(url.searchParams.get("password") ?? "").split("\n")];
  // The path of a webhook is its secret; a query is often a signature.
  return [...password, ...(url.protocol.startsWith("http") ? [`${url.pathname}${url.search}`, url.pathname] : [])];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
