import { AdvisorError } from "../errors.ts";
import { outsideOnly } from "../migrations/conventions.ts";
import { readMigration } from "../migrations/read-migration.ts";
import { oneLine } from "../render/safe-text.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import type { ApplyItem } from "./choose-items.ts";
import type { Step } from "./read-steps.ts";
import { type Line, type Sending, transactionScript, unwrappedScript } from "./script.ts";

/** What becomes one migration file. */
export interface Part {
  /** Lower-case letters, digits and underscores. */
  readonly slug: string;
  /** What it does and what to know; one line each, without line ends. */
  readonly head: readonly string[];
  readonly up: readonly Line[];
  readonly down: readonly Line[];
  /** The tool must not open a transaction for it. */
  readonly outside: boolean;
}

export interface Splitting extends Sending {
  /** Name of the tool's convention in `review`. */
  readonly convention: string;
  readonly parser: SqlParser;
  /** The file that a part will be: `review` is asked whether the tool wraps it. */
  readonly probe: (part: Part) => { readonly path: string; readonly text: string };
}

/**
 * The item as migration files: one where the tool can run it so, else a file for each run of statements of one kind. Whether a tool
 * wraps a file in a transaction is asked of the table that `review` judges by. Throws BACKEND_UNSUPPORTED where the tool cannot run it.
 */
export async function partsOf(item: ApplyItem, splitting: Splitting): Promise<Part[]> {
  const slug = slugOf(item);
  const head = headOf(item);
  if (!needsOutside(item.steps) && !needsOutside(item.undo)) {
    const [up, down] = [transactionScript(item.steps, splitting.lockTimeout), transactionScript(item.undo, splitting.lockTimeout)];
    return [{ slug, head, up, down, outside: false }];
  }
  if (splitting.settings) {
    const up = unwrappedScript(item.steps, splitting);
    return [await checked({ slug, head, up, down: unwrappedScript(item.undo, splitting), outside: true }, splitting)];
  }
  return splitParts(item, { slug, head }, splitting);
}

async function splitParts(item: ApplyItem, { slug, head }: Pick<Part, "slug" | "head">, splitting: Splitting): Promise<Part[]> {
  const parts: Part[] = [];
  for (const run of runs(item.steps)) {
    if (!needsOutside(run)) {
      parts.push({ slug, head, up: transactionScript(run, splitting.lockTimeout), down: [], outside: false });
      continue;
    }
    const together: Part = { slug, head, up: unwrappedScript(run, splitting), down: [], outside: true };
    if (!(await isWrapped(together, splitting))) parts.push(together);
    else for (const line of together.up) parts.push({ ...together, up: [line] });
  }
  const named = withNames(withUndo(parts, item, splitting), slug);
  for (const part of named) await checked(part, splitting);
  return named;
}

/** The undo goes with the last file that builds or drops: rolling that one back takes the change back. */
function withUndo(parts: readonly Part[], item: ApplyItem, splitting: Splitting): Part[] {
  const main = parts.findLastIndex((part) => part.outside);
  const down = needsOutside(item.undo) ? unwrappedScript(item.undo, splitting) : transactionScript(item.undo, splitting.lockTimeout);
  return parts.map((part, position) => (position === main ? { ...part, down } : part));
}

/** Each file a name of its own, that says what it does; the one with the way back has the plain one. */
function withNames(parts: readonly Part[], slug: string): Part[] {
  const main = parts.findLastIndex((part) => part.outside);
  return parts.map((part, position) => {
    if (position === main) return part;
    const [first] = part.up;
    const verb = /^DROP INDEX CONCURRENTLY/i.test(first?.sql ?? "") ? "clear" : /^ANALYZE/i.test(first?.sql ?? "") ? "analyze" : "prepare";
    return { ...part, slug: `${verb}_${position + 1}_${slug.replace(/^[a-z]+_/, "")}` };
  });
}

async function checked(part: Part, splitting: Splitting): Promise<Part> {
  if (!(await isWrapped(part, splitting))) return part;
  throw new AdvisorError(
    "BACKEND_UNSUPPORTED",
    `${splitting.convention} runs this migration in a transaction, which CONCURRENTLY refuses.`,
    {
      hint: "Write plain SQL with --format sql and run it by hand, outside the migrations.",
    },
  );
}

/** True when the tool would open a transaction around statements that refuse one. */
async function isWrapped(part: Part, { convention, parser, probe }: Splitting): Promise<boolean> {
  if (!part.up.some((line) => line.alone)) return false;
  const { path, text } = probe(part);
  const file = { path, content: Buffer.from(text), isNew: true };
  const read = await readMigration(parser, file, { runner: convention, placeholders: {}, onlyCut: true });
  return read?.runner.wrapsInTransaction ?? true;
}

/** Neighbours that may share a transaction, and neighbours that may not. */
function runs(steps: readonly Step[]): Step[][] {
  const found: Step[][] = [];
  for (const step of steps) {
    const last = found.at(-1);
    if (last && outsideOnly(last[0]!.sql) === outsideOnly(step.sql)) last.push(step);
    else found.push([step]);
  }
  return found;
}

function needsOutside(steps: readonly Step[]): boolean {
  return steps.some((step) => outsideOnly(step.sql));
}

function slugOf({ id, steps }: ApplyItem): string {
  const named = steps.find((step) => step.index !== null);
  const verb =
    named === undefined
      ? "change"
      : named.kind === "drop" || /^drop/i.test(named.sql)
        ? "drop"
        : named.kind === "rebuild"
          ? "rebuild"
          : "add";
  const name = (named?.index?.name ?? id)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 60);
  return `${verb}_${name === "" ? id : name}`;
}

function headOf({ id, title, basis, cautions }: ApplyItem): string[] {
  return [`${title}. Proposed by Plansmith as ${id}; ${basis}.`, ...cautions].map(oneLine);
}
