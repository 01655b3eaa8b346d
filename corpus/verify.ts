import { openProver } from "../src/equivalence/prover.ts";
import { readCorpus } from "../src/similar/read-corpus.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { replayCase } from "./replay-case.ts";

/**
 * Replays every case of the corpus in the shadow: the schema with its figures, the statement planned without and with the change.
 *   npm run corpus:verify -- [folder] [every n-th]
 * Prints each case whose proof no longer holds; exits 1 when there is one.
 */
const [folder = "corpus/cases", step = "1"] = process.argv.slice(2);
const corpus = (await readCorpus(folder)).filter((_, at) => at % Number(step) === 0);
const parser = await openParser();
const prover = openProver();
const failures: string[] = [];
const shapes = new Map<string, string>();
for (const [at, each] of corpus.entries()) {
  const twin = shapes.get(`${each.shape} ${each.change} ${each.verdict}`);
  if (twin !== undefined) failures.push(`${each.id}: the same as ${twin}`);
  shapes.set(`${each.shape} ${each.change} ${each.verdict}`, each.id);
  const failure = await replayCase({ parser, prover }, each);
  if (failure !== null) failures.push(`${each.id}: ${failure}`);
  if (process.stderr.isTTY) process.stderr.write(`\r${at + 1} of ${corpus.length}`);
}
await prover.close();
await parser.close();
const helps = corpus.filter(({ verdict }) => verdict === "helps");
console.log(
  `${corpus.length} cases replayed: ${helps.length} that help, ${corpus.length - helps.length} refusals, ${corpus.filter(({ kind }) => kind === "rewrite").length} rewrites among them, ${new Set(corpus.map(({ changeClass }) => changeClass)).size} classes of change, ` +
    `${new Set(corpus.flatMap(({ rules }) => rules)).size} rules; ${corpus.filter(({ split }) => split === "held-out").length} held out.`,
);
for (const failure of failures) console.log(`FAILED ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
