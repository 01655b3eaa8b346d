/**
 * What one statement text gives besides its tree; null when this grammar does not know the text. Fingerprints of two engines must not
 * be compared: libpg_query 18 counts a relation by its alias, if it has one, and leaves out its schema; 16 counts relation and schema.
 */
export interface FingerprintEngine {
  fingerprint(sql: string): string | null;
  normalize(sql: string): string | null;
}

/** The parts of an Emscripten module that pg-query-emscripten 5.1.0 exports (it ships no types). */
export interface PgQueryModule {
  /** Kind 0 allocates on the heap, 1 on the C stack (`ALLOC_NORMAL`, `ALLOC_STACK`). */
  allocate(source: Uint8Array | { readonly length: number; slice(): void }, kind: 0 | 1): number;
  _free(pointer: number): void;
  raw_fingerprint(pointer: number): { readonly fingerprint_str: string; readonly error: { readonly message: string } };
  raw_normalize(pointer: number): { readonly normalized_query: string; readonly error: { readonly message: string } };
}

/**
 * A driver for pg-query-emscripten that does not leak. Its published wrappers put the SQL text on a 64 KB C stack, never
 * restore it and free the stack pointer, so that an instance dies after about 125 queries (pganalyze/pg-query-emscripten#11;
 * measured). Here the text lives on the heap, and the stack is moved into a 16 MB region, which 10,000 chained operators fit.
 *
 * Runs inside the parser worker as source text (worker-source.ts): it may use its argument and globals, nothing else.
 */
export function drivePgQuery(module: PgQueryModule): FingerprintEngine {
  const stackBytes = 16 * 1024 * 1024;
  const encoder = new TextEncoder();
  // A stack allocation of length n moves the pointer down by n; a negative length moves it up. `slice` is never called.
  const stackAllocate = (length: number) => module.allocate({ length, slice() {} }, 1);
  const stackPointer = () => stackAllocate(0);

  const region = module.allocate(new Uint8Array(stackBytes), 0);
  const top = (region + stackBytes - 64) & ~15;
  stackAllocate(stackPointer() - top);

  function withText<T>(sql: string, use: (pointer: number) => T): T {
    const pointer = module.allocate(encoder.encode(`${sql}\0`), 0);
    try {
      return use(pointer);
    } finally {
      const now = stackPointer();
      if (now !== top) stackAllocate(now - top);
      module._free(pointer);
    }
  }

  return {
    fingerprint(sql) {
      const result = withText(sql, (pointer) => module.raw_fingerprint(pointer));
      return result.error.message ? null : result.fingerprint_str;
    },
    normalize(sql) {
      const result = withText(sql, (pointer) => module.raw_normalize(pointer));
      return result.error.message ? null : result.normalized_query;
    },
  };
}
