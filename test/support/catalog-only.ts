/** What a source is told to read a whole catalog with its statistics, but no statements and no least and greatest values. */
export const catalogOnly = {
  top: 0,
  minCalls: 0,
  includeSchemas: [],
  excludeSchemas: [],
  readEnds: false,
  statements: [],
  redactValues: false,
} as const;
