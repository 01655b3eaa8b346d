import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PlannerTrial } from "../domain/tuning.ts";
import { cost, change as ratioOf } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import { type EvidencePack, type PackedStatement, packFiles, parsePack } from "./pack.ts";
import type { ProvedStatement } from "./run-proof.ts";

/** Writes everything but the snapshot. Throws INPUT_INVALID when the folder holds something or cannot be written. */
export async function writePack(directory: string, pack: EvidencePack, proved: readonly ProvedStatement[]): Promise<void> {
  const texts: Readonly<Record<string, string>> = {
    [packFiles.pack]: `${JSON.stringify(pack, null, 2)}\n`,
    [packFiles.plans]: `${JSON.stringify(
      proved.map(({ statement, before, after }) => ({ family: statement.family, before, after })),
      null,
      2,
    )}\n`,
    [packFiles.statements]: pack.statements.map(statementText).join("\n"),
    [packFiles.change]: `${[...pack.recommendation.apply, "", "-- undo", ...pack.recommendation.undo].map((sql) => (sql === "" || sql.startsWith("--") ? sql : `${sql};`)).join("\n")}\n`,
    [packFiles.readme]: readme(pack),
  };
  // Statistics and statements hold values: for the owner's eyes.
  for (const [name, text] of Object.entries(texts)) await writeFile(join(directory, name), text, { mode: 0o600 });
}

function statementText({ family, binding, sql, sqlAfter }: PackedStatement): string {
  const before = `-- ${family}, values: ${binding}\n${sql};\n`;
  return sqlAfter === sql ? before : `${before}-- in other words\n${sqlAfter};\n`;
}

/** Makes the folder; one that holds something is refused, so that nothing is overwritten. */
export async function openPackFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if ((await readdir(directory)).length === 0) return;
  } catch (cause) {
    throw new AdvisorError("INPUT_INVALID", `Cannot make the folder "${directory}".`, {
      hint: "Name a folder that may be made with --pack.",
      cause,
    });
  }
  throw new AdvisorError("INPUT_INVALID", `The folder "${directory}" is not empty.`, { hint: "Name a new folder with --pack." });
}

/** Throws INPUT_INVALID when it is none. */
export async function readPack(directory: string): Promise<EvidencePack> {
  const path = join(directory, packFiles.pack);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new AdvisorError("INPUT_INVALID", `"${directory}" is no evidence pack: ${packFiles.pack} cannot be read.`, {
      hint: "Name a folder that plansmith explain --pack made.",
      cause,
    });
  });
  return parsePack(text, path);
}

function readme(pack: EvidencePack): string {
  const rows = pack.statements.map(({ family, binding, before, after }) => {
    const gain = ratioOf(before.cost, after.cost);
    return `| \`${family}\` | ${binding} | ${cost(before.cost)} | ${cost(after.cost)} | ${gain} |`;
  });
  return `# Evidence for ${pack.recommendation.id}

${pack.recommendation.title}

Run the proof again, on any machine with Node.js 20.19 or later, without a server:

\`\`\`sh
npx plansmith explain --replay .
\`\`\`

| Statement | Values | Cost before | Cost after | |
|---|---|---|---|---|
${rows.join("\n")}

Costs are the planner's, estimated: nothing was run. ${circumstances(pack)}Made by Plansmith ${pack.advisorVersion}; planned by ${pack.planner};
production runs PostgreSQL ${Math.floor(pack.production / 10_000)}.${pack.production % 10_000}.

- \`${packFiles.snapshot}\`: schema and statistics of the relations that the statements read. **Statistics and statements hold values
  of rows**, unless the snapshot was made with \`--redact-values\`: treat them as data.
- \`${packFiles.statements}\`, \`${packFiles.change}\`: what was planned, and what is to be changed.
- \`${packFiles.plans}\`: both plans of each statement. \`${packFiles.pack}\`: what \`--replay\` reads.
`;
}

function circumstances({ changes, changesBefore, trial, statements }: EvidencePack): string {
  const inPlace = changesBefore && changes.length > 0 ? "Other recommended indexes are in place before and after. " : "";
  const isRewritten = statements.some(({ sql, sqlAfter }) => sql !== sqlAfter);
  return `${inPlace}${isRewritten ? "The cost after is of the statement in other words. " : ""}${trial ? `${trialText(trial)} ` : ""}`;
}

function trialText(trial: PlannerTrial): string {
  if (trial.kind === "settings") {
    const settings = Object.entries(trial.settings).map(([name, value]) => `${name} = ${value}`);
    return `Planned afterwards with ${settings.join(", ")}.`;
  }
  return `Planned afterwards with statistics on ${trial.targets.join(", ")}, built of the sampled rows in the snapshot; a better estimate may cost more.`;
}
