import { describe, expect, test } from "vitest";
import { bytes, change, cost, grouped, milliseconds, percent, plural, ratio } from "../../src/domain/units.ts";

describe("figures as a person reads them", () => {
  test.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [8192, "8.0 kB"],
    [1_048_575, "1.0 MB"],
    [12_900_000, "12.3 MB"],
    [-5_000_000, "−4.8 MB"],
    [1e12, "931 GB"],
  ])("%s bytes read %s", (count, text) => expect(bytes(count)).toBe(text));
  test.each([
    [0.25, "250 µs"],
    [3.5, "3.50 ms"],
    [12.34, "12.3 ms"],
    [850, "850 ms"],
    [999.7, "1.0 s"],
    [59_990, "1 min 0 s"],
    [12_000_000, "3 h 20 min"],
  ])("%s ms read %s", (ms, text) => expect(milliseconds(ms)).toBe(text));
  test.each([
    [8.456, "8.46"],
    [999.996, "1,000"],
    [1_234_567.8, "1,234,568"],
    [3e18, "3.00e+18"],
  ])("cost %s reads %s", (units, text) => expect(cost(units)).toBe(text));
  test.each([
    [0, "0.0 %"],
    [0.0001, "<0.1 %"],
    [0.412, "41.2 %"],
    [0.99999, "99.99 %"],
    [1, "100.0 %"],
    [-0.05, "−5.0 %"],
    [12, "1,200 %"],
  ])("the share %s reads %s", (share, text) => expect(percent(share)).toBe(text));
  test.each([
    [12345, 8.46, "−99.9 %"],
    [1e9, 1, "−99.99 %"],
    [100, 103, "+3.0 %"],
    [100, 99.99, "<−0.1 %"],
    [5, 5, "±0 %"],
    [0, 5, "new"],
  ])("from %s to %s reads %s", (before, after, text) => expect(change(before, after)).toBe(text));
  test("counts are grouped and their noun agrees", () => {
    expect(grouped(-1_234_567)).toBe("−1,234,567");
    expect(plural(1, "index", "indexes")).toBe("1 index");
    expect(plural(1200, "index", "indexes")).toBe("1,200 indexes");
  });
  test("a ratio never reads zero when it is not", () => {
    expect(ratio(0.56)).toBe("×0.56");
    expect(ratio(0.0004)).toBe("×0.0004");
  });
});
