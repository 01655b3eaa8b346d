import { parseArgs } from "node:util";
import type { Planner } from "../src/contract/planner.ts";
import type { Snapshot } from "../src/domain/snapshot.ts";
import { installations } from "../src/native/find-postgres.ts";
import { openLocalShadow } from "../src/native/local-shadow.ts";
import { openShadowPlanner } from "../src/shadow/shadow-planner.ts";
import type { DataSet } from "./fidelity/case.ts";
import { journal } from "./fidelity/journal.ts";
import { collect, comparePlain, type Measured, measure, type Pair } from "./fidelity/measure.ts";
import { platform } from "./fidelity/platform.ts";
import { embeddedProduction, nativeProduction, type Production } from "./fidelity/production.ts";
import { printMisses, printTable } from "./fidelity/report.ts";
import { tpch } from "./fidelity/tpch.ts";

/**
 * Plans and sizes of indexes that are not there, held against the same indexes really built.
 *   npm run bench:fidelity -- [--small|--full] [--pg DIR]... [--set NAME]... [--only TEXT] [--sample-rows]
 * `--pg`: folder with `postgres` and `initdb`, or `embedded` for PGlite as a production of 18; once for each production. Default: the
 * machine's own, and `embedded`.
 * `--planner`: `shadow` (default, embedded) or `native` (a shadow on production's own major version).
 * `--small` (default) takes about 3 minutes; `--full` builds ten times the rows, a few GB. `--only` keeps candidates whose text has TEXT.
 */
const { values } = parseArgs({
  options: {
    small: { type: "boolean" },
    full: { type: "boolean" },
    pg: { type: "string", multiple: true },
    set: { type: "string", multiple: true },
    only: { type: "string" },
    bench: { type: "string", default: "../shared/bench" },
    "sample-rows": { type: "boolean" },
    planner: { type: "string", default: "shadow" },
  },
});
const scale = values.full ? 10 : 1;
const sampleRows = values["sample-rows"] ?? false;
const official = tpch(values.bench);
if (official === null)
  console.log(`No tpch/data in ${values.bench}: --bench names the directory of the public workloads. TPC-H is left out.`);
const sets = [platform, journal, ...(official ? [official] : [])].filter((each) => values.set?.includes(each.name) ?? true);

for (const open of productions()) {
  const production = await open();
  if (production === null) continue;
  try {
    await compareOn(production);
  } finally {
    await production.close();
  }
}

function productions(): (() => Promise<Production | null>)[] {
  const own = () => nativeProduction(null);
  const embedded = async () => embeddedProduction();
  return values.pg?.map((given) => (given === "embedded" ? embedded : () => nativeProduction(given))) ?? [own, embedded];
}

async function compareOn(production: Production): Promise<void> {
  const plain: Pair[] = [];
  const measured: Measured[] = [];
  for (const set of sets) {
    if (set.load !== undefined && production.name.startsWith("PGlite")) continue;
    await compareSet(production, set, plain, measured);
  }
  printTable(`${production.name}, planner ${values.planner}${sampleRows ? ", with sampled rows" : ""}`, plain, measured);
  printMisses(plain, measured);
}

async function openPlanner(snapshot: Snapshot): Promise<Planner> {
  if (values.planner !== "native") return openShadowPlanner(snapshot);
  const own = installations().find((each) => each.major === snapshot.server.major);
  if (!own) throw new RangeError(`no PostgreSQL ${snapshot.server.major} is installed here`);
  return openShadowPlanner(snapshot, await openLocalShadow(own, snapshot.server));
}

async function compareSet(production: Production, set: DataSet, plain: Pair[], measured: Measured[]): Promise<void> {
  const started = performance.now();
  const database = await production.open(set, { scale, readsRows: sampleRows });
  const built = performance.now();
  const snapshot = await database.auditing((session) => collect(session, sampleRows));
  const planner = await openPlanner(snapshot);
  try {
    for (const gap of [...snapshot.gaps, ...planner.gaps])
      if (gap.area !== "statements" && gap.area !== "ends") console.log(`gap: ${gap.what}: ${gap.why}`);
    const cases = set.cases.filter((each) => each.index.includes(values.only ?? ""));
    plain.push(...(await comparePlain(database.owner, planner, [...new Set(cases.flatMap((each) => each.statements))])));
    for (const [position, each] of cases.entries()) {
      const found = await measure({ owner: database.owner, planner, set: set.name, id: `${set.name}_${position}` }, each);
      if (found) measured.push(found);
    }
  } finally {
    await planner.close();
    await database.close();
  }
  const seconds = (ms: number) => (ms / 1000).toFixed(0);
  console.log(
    `${production.name}, ${set.name}: ${(database.bytes / 2 ** 20).toFixed(0)} MiB built in ${seconds(built - started)} s, compared in ${seconds(performance.now() - built)} s`,
  );
}
