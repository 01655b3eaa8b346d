import { expect, test } from "vitest";
import { isRegression } from "../../src/select/regression.ts";

test.each([
  ["a statement of 1,000 at 1,020", 1020, 1000, true],
  ["a statement of 1,000 at 1,005", 1005, 1000, false],
  ["a lookup at 8.44 where a guess came to 7.87", 8.44, 7.87, false],
  ["a lookup at 16 where it was 8", 16, 8, true],
])("%s", (_, cost, baseline, regresses) => expect(isRegression(cost, baseline, 0.01)).toBe(regresses));
