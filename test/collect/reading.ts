import type { LiveOptions } from "../../src/collect/live-source.ts";

/** What a live server is read with where a test says nothing else: its first hundred statements too. */
export const reading: LiveOptions = {
  top: 100,
  minCalls: 1,
  includeSchemas: [],
  excludeSchemas: [],
  readEnds: true,
  now: new Date("2026-11-21T12:00:00Z"),
  redactValues: false,
};
