import { parseArgs } from "node:util";
import { makeApplication } from "../models/training/applications.ts";
import { poseProblems } from "../models/training/problems.ts";
import { chance } from "../models/training/random.ts";
import { snapshotOf } from "../models/training/snapshot-of.ts";
import { loadRules } from "../rules/index.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { openDemo } from "../src/wire-demo.ts";
import { openSimilarCases } from "../src/wire-similar.ts";
import { type Lifted, lift, type Method } from "./lift/lift.ts";

/**
 * What proven cases add to the rules, on workloads that nothing was trained on: saving of the best change of each statement, and plans made
 * until 95 % of it was found.
 *   npm run bench:lift -- [--applications 20] [--statements 45] [--no-demo]
 */
const { values } = parseArgs({
  options: {
    applications: { type: "string", default: "20" },
    statements: { type: "string", default: "45" },
    "no-demo": { type: "boolean" },
  },
});
const usual = { model: "access-shape", keyVariable: "", device: "cpu", precision: "fp32" } as const;
const words = await openSimilarCases({ embedding: { backend: "words", ...usual } });
const encoder = await openSimilarCases({ embedding: { backend: "local", ...usual } });
if (encoder.likeness.model.id === "words") console.log(`no encoder: ${encoder.likeness.note ?? "it is not installed"}`);
const methods: readonly Method[] = [
  { name: "rules", similar: null },
  { name: "rules and cases by words", similar: words },
  ...(encoder.likeness.model.id === "words" ? [] : [{ name: "rules and cases by encoder", similar: encoder } as const]),
];

const parser = await openParser();
const rules = await loadRules();
const all = new Map<string, Lifted[]>(methods.map(({ name }) => [name, []]));
const run = async (title: string, snapshot: Parameters<typeof lift>[0]) => {
  for (const method of methods) {
    const found = await lift(snapshot, method, { parser, rules });
    all.get(method.name)!.push(found);
    process.stderr.write(
      `${title}, ${method.name}: saves ${(found.saved * 100).toFixed(2)} %, ${found.plansTo95} of ${found.plans} plans\n`,
    );
  }
};
for (let at = 0; at < Number(values.applications); at++) {
  // As models/training/data.py splits them: 8 and 9 of each ten are the test split.
  const application = 1_000_000 + Math.floor(at / 2) * 10 + 8 + (at % 2);
  const random = chance(application);
  const tables = makeApplication(random);
  const statements = poseProblems(tables, Number(values.statements), random).map(({ sql }) => sql);
  await run(`application ${application}`, await snapshotOf(parser, tables.map(({ sql }) => sql).join("\n\n"), statements));
}
print(`${values.applications} made-up applications`);
if (!values["no-demo"]) {
  for (const each of all.values()) each.length = 0;
  const demo = await openDemo(
    {
      top: 500,
      minCalls: 1,
      includeSchemas: [],
      excludeSchemas: [],
      redactValues: false,
      readEnds: true,
      sampleRows: false,
      now: new Date(0),
    },
    {},
  );
  await run("demo", await demo.source.read({}));
  await demo.close();
  print("demo");
}
await parser.close();
await encoder.close();
await words.close();

function print(title: string): void {
  console.log(`\n${title}\n| Method | Candidates | Saved | Plans | Plans to 95 % of the saving | of all |\n|---|---|---|---|---|---|`);
  for (const [name, runs] of all) {
    const sum = (of: (each: Lifted) => number) => runs.reduce((total, each) => total + of(each), 0);
    console.log(
      `| ${name} | ${sum(({ candidates }) => candidates)} (${sum(({ onlyCases }) => onlyCases)} from cases alone, ${sum(({ onlyCasesBest }) => onlyCasesBest)} the best of a statement) | ${((sum(({ saved }) => saved) / runs.length) * 100).toFixed(2)} % | ${sum(({ plans }) => plans)} | ${sum(({ plansTo95 }) => plansTo95)} | ${(
        (sum(({ plansTo95 }) => plansTo95) /
          Math.max(
            1,
            sum(({ plans }) => plans),
          )) *
          100
      ).toFixed(1)} % |`,
    );
  }
}
