import type { BenchWorkload } from "../workload.ts";
import { buildPlatform, extensions } from "./database.ts";
import { btreeOnlySet, handMadeSet } from "./expert-sets.ts";
import { statements } from "./statements.ts";

/** The workload against which the rules were mended. */
export const platform: BenchWorkload = {
  name: "platform",
  extensions,
  build: buildPlatform,
  statements,
  handMade: handMadeSet,
  btrees: btreeOnlySet,
};
