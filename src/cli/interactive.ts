import type { Report } from "../domain/report.ts";
import { percent, plural } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import { excerpt } from "../render/safe-text.ts";
import { renderExpanded } from "../render/terminal-expanded.ts";
import { summaryRows } from "../render/wording.ts";
import { writeMigrations } from "./apply-run.ts";
import { orNull } from "./prompts.ts";

export interface Surroundings {
  /** `--interactive`, `--no-interactive`, or neither. */
  readonly asked: boolean | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard input, output and error all are terminals. */
  readonly atTerminal: boolean;
}

/** Whether to ask anything: only a person at a terminal is. Throws INPUT_INVALID when that is asked for and nobody is there. */
export function isInteractive({ asked, environment, atTerminal }: Surroundings): boolean {
  if (asked && !atTerminal)
    throw new AdvisorError("INPUT_INVALID", "--interactive needs a terminal for input and output.", { hint: "Leave it out in scripts." });
  if (!atTerminal || asked === false) return false;
  // CI sets CI=true on all large services; a dumb terminal cannot move its cursor.
  const inCi = environment.CI !== undefined && environment.CI !== "" && environment.CI !== "0" && environment.CI !== "false";
  return asked === true || (!inCi && environment.TERM !== "dumb");
}

type Choice = { readonly kind: "expand"; readonly position: number } | { readonly kind: "write" } | { readonly kind: "quit" };

/** A summary, then a list to expand recommendations from and to write migrations of, until the person leaves it. Asks on stderr. */
export async function explore(
  report: Report,
  page: { readonly color: boolean; readonly width: number },
  print: (text: string) => void,
): Promise<void> {
  if (report.recommendations.length === 0) return;
  const { select } = await import("@inquirer/prompts");
  const context = { output: process.stderr };
  print(
    `\n${summaryRows(report)
      .map(([label, text]) => `${label.padEnd(11)}${excerpt(text, Math.max(20, page.width - 11))}\n`)
      .join("")}\n`,
  );
  let last: Choice | null = null;
  for (;;) {
    const choices = choicesOf(report, page.width);
    const picked: Choice | null = await orNull(
      select<Choice>(
        {
          message: `${plural(report.recommendations.length, "recommendation")}: expand one, or go on`,
          choices,
          pageSize: 14,
          loop: false,
          ...(last === null ? {} : { default: choices.find((each) => JSON.stringify(each.value) === JSON.stringify(last))?.value }),
        },
        context,
      ),
    );
    if (picked === null || picked.kind === "quit") return;
    if (picked.kind === "expand") print(`\n${renderExpanded(report, report.recommendations[picked.position]!, page)}\n`);
    else await askAndWrite(report, page.width);
    last = picked;
  }
}

function choicesOf(report: Report, width: number): { readonly name: string; readonly value: Choice }[] {
  return [
    ...report.recommendations.map((each, position) => ({
      name: `${percent(each.benefit.shareOfWorkload).padStart(7)}  ${excerpt(each.title, Math.max(30, width - 14))}`,
      value: { kind: "expand", position } as const,
    })),
    { name: "Write a migration for …", value: { kind: "write" } as const },
    { name: "Quit", value: { kind: "quit" } as const },
  ];
}

/** Which, in what format and where; an error is told, and the list comes again. */
async function askAndWrite(report: Report, width: number): Promise<void> {
  const { checkbox, input, select } = await import("@inquirer/prompts");
  const { formats } = await import("../apply/plan-files.ts");
  const { usualFolder } = await import("../apply/place.ts");
  const context = { output: process.stderr };
  const ids = await orNull(
    checkbox<string>(
      {
        message: "Which ones? Space chooses, a chooses all",
        required: true,
        choices: report.recommendations.map((each) => ({ name: excerpt(each.title, Math.max(30, width - 6)), value: each.id })),
        pageSize: 14,
        loop: false,
      },
      context,
    ),
  );
  if (ids === null) return;
  const format = await orNull(
    select<string>({ message: "For which tool?", choices: formats.map(({ name }) => name), pageSize: 18, loop: false }, context),
  );
  if (format === null) return;
  const folder = await usualFolder(process.cwd(), formats.find((each) => each.name === format)?.folders ?? ["."]);
  const out = await orNull(input({ message: "Into which folder?", default: folder }, context));
  if (out === null) return;
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  try {
    await writeMigrations(report, ids, { format, out }, { cwd: process.cwd(), now: new Date(), tell, print: tell });
  } catch (error) {
    if (!(error instanceof AdvisorError)) throw error;
    tell(`plansmith: ${error.message}${error.hint === null ? "" : `\nhint: ${error.hint}`}`);
  }
}
