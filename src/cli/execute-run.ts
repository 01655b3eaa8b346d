import type { Chosen } from "../apply/choose-items.ts";
import type { Executed } from "../apply/execute.ts";
import type { Report } from "../domain/report.ts";
import { plural } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import type { ApplyServer } from "../wire-apply.ts";
import { type ApplyFlags, choose, lockTimeoutOf } from "./apply-run.ts";
import type { ExitCode } from "./errors.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { orNull } from "./prompts.ts";
import { serverUrl } from "./read-flags.ts";

/** Runs changes on a server once a person has typed the database's name at a terminal. Throws INPUT_INVALID where nobody can. */
export async function executeRun(
  report: Report,
  ids: readonly string[],
  flags: ApplyFlags & { readonly url?: string | undefined },
  tell: (line: string) => void,
): Promise<ExitCode> {
  const url = serverUrl("url", flags.url);
  if (url === undefined)
    throw new AdvisorError("INPUT_INVALID", "--execute has no server to run the changes on.", {
      hint: "Name it with --url postgres://user@host:port/database: PG* variables do not count here.",
    });
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new AdvisorError("INPUT_INVALID", "--execute asks for the database's name, and nobody is there to type it.", {
      hint: "Run it at a terminal, or leave out --execute and run the files that are written.",
    });
  const lockTimeout = lockTimeoutOf(flags["lock-timeout"]);
  const chosen = await choose(report, ids);
  if (chosen.items.length === 0)
    throw new AdvisorError("INPUT_INVALID", "None of these changes can be run: all are made by hand.", {
      hint: "Leave out --execute: what to do is written to a file.",
    });
  const { openApplyServer } = await import("../wire-apply.ts");
  const server = await openApplyServer(url);
  try {
    if (!(await confirmed(server, { url, chosen, report, tell }))) {
      tell("The name was not typed. Nothing was run.");
      return 2;
    }
    const interrupt = listenForInterrupt();
    try {
      return tellResult(await server.execute(chosen.items, { lockTimeout, tell, signal: interrupt.signal }), tell);
    } finally {
      interrupt.end();
    }
  } finally {
    await server.close();
  }
}

interface Question {
  readonly url: string;
  readonly chosen: Chosen;
  readonly report: Report;
  readonly tell: (line: string) => void;
}

async function confirmed(server: ApplyServer, { url, chosen, report, tell }: Question): Promise<boolean> {
  const { host } = new URL(url);
  const statements = chosen.items.flatMap((item) => item.steps);
  tell(`To run on database ${server.database} at ${host === "" ? "the local socket" : host} as ${server.user}:`);
  for (const { sql } of statements) tell(`  ${sql};`);
  if (chosen.suggestions.length > 0) tell(`Left out, to be made by hand: ${chosen.suggestions.map(idOf).join(", ")}`);
  if (report.server !== null && report.server.database !== server.database)
    tell(`The report is of database ${report.server.database}, not of ${server.database}.`);
  const { input } = await import("@inquirer/prompts");
  const message = `Type the database's name to run ${plural(statements.length, "statement")}:`;
  return (await orNull(input({ message }, { output: process.stderr })))?.trim() === server.database;
}

function idOf(suggestion: Chosen["suggestions"][number]): string {
  return suggestion.kind === "rewrite" ? suggestion.recommendation.id : suggestion.id;
}

function tellResult({ done, failed, notDone }: Executed, tell: (line: string) => void): ExitCode {
  for (const sql of done) tell(`done      ${sql}`);
  if (failed === null) {
    tell(`${plural(done.length, "statement")} done, all indexes valid.`);
    return 0;
  }
  tell(`FAILED    ${failed.sql}`);
  for (const sql of notDone) tell(`not done  ${sql}`);
  tell(`Stopped: ${failed.why}.`);
  tell("Run it again when the cause is gone: what is done is passed over.");
  return 3;
}
