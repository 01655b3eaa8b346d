/** The server's SQLSTATE, which PGlite and `pg` both put in `code`; null for any other error, which is ours to rethrow. */
export function sqlStateOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
