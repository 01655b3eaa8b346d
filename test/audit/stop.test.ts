import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stopWhen } from "../../src/audit/stop.ts";
import { AdvisorError } from "../../src/errors.ts";

// The clock is the test's own: it stands still until it is moved.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const code = (call: () => void) => {
  try {
    call();
  } catch (error) {
    if (error instanceof AdvisorError) return error.code;
    throw error;
  }
  return null;
};

describe("when a run must end", () => {
  test("without a budget and a signal it never does", () => {
    const stop = stopWhen(new AbortController().signal, null);
    vi.advanceTimersByTime(1e9);
    expect(code(stop.check)).toBeNull();
    expect(stop.overdueMs()).toBe(0);
    expect(stop.reason()).toBeNull();
  });

  test("after the time budget it ends with its reason, and not a millisecond before", () => {
    const stop = stopWhen(new AbortController().signal, 5000);
    vi.advanceTimersByTime(5000);
    expect(code(stop.check)).toBeNull();
    vi.advanceTimersByTime(1);
    expect(code(stop.check)).toBe("ABORTED");
    expect(stop.reason()?.message).toBe("The time budget of 5 s is used up.");
    expect(stop.reason()?.hint).toContain("--time-budget");
  });

  test("at Ctrl-C it ends at once", () => {
    const controller = new AbortController();
    const stop = stopWhen(controller.signal, null);
    controller.abort();
    expect(stop.overdueMs()).toBeGreaterThan(0);
    expect(code(stop.check)).toBe("ABORTED");
    expect(stop.reason()?.message).toBe("Stopped by the user.");
  });

  test("grace lets the work after proving go on for its time, counted from when it is given", () => {
    const controller = new AbortController();
    const stop = stopWhen(controller.signal, null);
    controller.abort();
    expect(code(stop.check)).toBe("ABORTED");
    vi.advanceTimersByTime(3000);
    stop.allowAfter(1000);
    expect(code(stop.check)).toBeNull();
    vi.advanceTimersByTime(1000);
    expect(code(stop.check)).toBeNull();
    vi.advanceTimersByTime(1);
    expect(code(stop.check)).toBe("ABORTED");
    expect(stop.overdueMs()).toBeCloseTo(4001);
  });

  test("the user's word counts over the clock's when both are there", () => {
    const controller = new AbortController();
    const stop = stopWhen(controller.signal, 1000);
    vi.advanceTimersByTime(2000);
    expect(stop.reason()?.message).toContain("time budget");
    controller.abort();
    expect(stop.reason()?.message).toBe("Stopped by the user.");
  });
});
