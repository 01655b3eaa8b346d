import { dirname } from "node:path/posix";
import type { FileBytes } from "./read-within.ts";

/** A file beside a migration that tells its tool how to run it, and the line that says whether in a transaction. */
interface Companion {
  readonly tool: string;
  readonly owns: RegExp;
  readonly path: (migration: string) => string;
  readonly inTransaction: RegExp;
}

const companions: readonly Companion[] = [
  {
    // https://documentation.red-gate.com/fd/script-configuration-files-275218584.html
    tool: "flyway",
    owns: /(^|\/)(?:V\d[\d._]*|R)__[^/]*\.sql$/,
    path: (migration) => `${migration}.conf`,
    inTransaction: /^[ \t]*(?:flyway\.)?executeInTransaction[ \t]*[=:][ \t]*(true|false)[ \t]*\r?$/im,
  },
  {
    // https://docs.rs/diesel_migrations: metadata.toml
    tool: "diesel",
    owns: /(^|\/)migrations\/[^/]+\/up\.sql$/,
    path: (migration) => `${dirname(migration)}/metadata.toml`,
    inTransaction: /^[ \t]*run_in_transaction[ \t]*=[ \t]*(true|false)[ \t]*(?:#.*)?\r?$/im,
  },
];

/** Reads the file beside a migration (paths with `/`); undefined where its tool has none, or it is not there. */
export async function companionOf(migration: string, read: (path: string) => Promise<FileBytes | null>): Promise<string | undefined> {
  const companion = companions.find(({ owns }) => owns.test(migration));
  const bytes = companion ? await read(companion.path(migration)) : null;
  return bytes === null || bytes.unreadable !== undefined ? undefined : Buffer.from(bytes.content).toString("utf8");
}

/** Whether the tool runs the migration in a transaction, as the file beside it says; null where it does not say. */
export function toldTransaction(tool: string, companion: string | undefined): boolean | null {
  const found = companions.find((each) => each.tool === tool)?.inTransaction.exec(companion ?? "")?.[1];
  return found === undefined ? null : found.toLowerCase() === "true";
}
