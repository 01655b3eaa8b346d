import type { BenchWorkload } from "../workload.ts";
import { buildUtility, extensions } from "./database.ts";
import { btreeOnlySet, handMadeSet } from "./expert-sets.ts";
import { statements } from "./statements.ts";

/** Written apart from the rules, and with its hand-made set before our own was seen. */
export const utility: BenchWorkload = {
  name: "utility",
  extensions,
  build: buildUtility,
  statements,
  handMade: handMadeSet,
  btrees: btreeOnlySet,
};
