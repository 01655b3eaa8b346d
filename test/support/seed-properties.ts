import fc from "fast-check";
import { propertySeed } from "./property-seed.ts";

// Vitest runs this before each test file: chance must not refuse a commit. `fc.assert` and `fc.sample` take what their call leaves out from here.
const seed = propertySeed(process.env.FC_SEED);
if (seed !== null) fc.configureGlobal({ seed });
