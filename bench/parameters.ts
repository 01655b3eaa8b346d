import { corpusSchema, corpusStatements } from "./parameter-corpus.ts";
import { probeCorpus } from "./probe-parameters.ts";

/** How many statements of pg_stat_statements' form can be planned with values in place of their parameters. */
const probed = await probeCorpus(corpusSchema, corpusStatements);
const percent = (count: number) => `${((100 * count) / probed.length).toFixed(1)} %`;
const withValues = probed.filter((each) => each.bound.length > 0).length;
const generic = probed.filter((each) => each.generic).length;
const several = probed.filter((each) => each.bound.length > 1).length;
console.log(`statements                          ${probed.length}`);
console.log(`planned with values in place        ${withValues} (${percent(withValues)})`);
console.log(`  with two or more kinds of values  ${several} (${percent(several)})`);
console.log(`planned generically                 ${generic} (${percent(generic)})`);
console.log(`bindings that PostgreSQL refused    ${probed.reduce((sum, each) => sum + each.refused.length, 0)}`);
for (const each of probed) if (each.bound.length === 0) console.log(`\nnot planned: ${each.sql}\n    ${each.failure}`);
for (const each of probed) if (!each.generic) console.log(`\nno generic plan: ${each.sql}`);
