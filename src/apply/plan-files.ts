import { closest } from "../config/suggest.ts";
import { AdvisorError } from "../errors.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import type { ApplyItem } from "./choose-items.ts";
import { codeFormats } from "./code-formats.ts";
import type { Facts, Format, OutputFile } from "./format.ts";
import { nextVersions } from "./numbering.ts";
import { type Part, partsOf } from "./parts.ts";
import type { Place } from "./place.ts";
import { sqlFormats } from "./sql-formats.ts";

export const formats: readonly Format[] = [...sqlFormats, ...codeFormats];

/** The tool of that name. Throws INPUT_INVALID, naming the nearest. */
export function formatOf(name: string): Format {
  const found = formats.find((format) => format.name === name);
  if (found) return found;
  const names = formats.map((format) => format.name);
  const near = closest(name, names);
  throw new AdvisorError("INPUT_INVALID", `No migrations are written for "${name}".`, {
    hint: near === null ? `Known: ${names.join(", ")}.` : `Did you mean ${near}? Known: ${names.join(", ")}.`,
  });
}

export interface PlanFiles {
  readonly parser: SqlParser;
  readonly format: Format;
  readonly place: Place;
  readonly now: Date;
  /** For locks that others queue behind, as PostgreSQL writes it. */
  readonly lockTimeout: string;
}

/** The migration files of the items, in the order they are to run; nothing is written. Throws as `partsOf` and the tool's numbering do. */
export async function planFiles(items: readonly ApplyItem[], plan: PlanFiles): Promise<OutputFile[]> {
  const { format, place, now, lockTimeout, parser } = plan;
  const none: Facts = { previous: null, own: "" };
  let facts = (await format.prepare?.(place)) ?? none;
  const [next = ""] = nextVersions(format.numbering, place.existing, now, 1);
  const probe = (part: Part) => {
    const [first] = format.write(part, next, facts).files;
    return { path: `migrations/${first?.path ?? ""}`, text: first?.text ?? "" };
  };
  const { convention, settings, guards } = format;
  const parts: Part[] = [];
  for (const item of items) parts.push(...(await partsOf(item, { convention, settings, guards, lockTimeout, parser, probe })));
  const versions = nextVersions(format.numbering, place.existing, now, parts.length);
  const files: OutputFile[] = [];
  for (const [position, part] of parts.entries()) {
    const written = format.write(part, versions[position] ?? "", facts);
    files.push(...written.files);
    facts = { ...facts, previous: written.name };
  }
  return files;
}
