import { AdvisorError } from "../errors.ts";
import type { Reading } from "./reading.ts";

/** The schemas a reading looks at: PostgreSQL array text of OIDs, ready to bind as `$n::text::oid[]`. */
export interface Scope {
  /** Every user schema: types and functions of one may serve tables of another. */
  readonly all: string;
  /** The schemas whose relations are read. */
  readonly chosen: string;
  readonly chosenNames: readonly string[];
}

/** Throws CONFIG_INVALID when an included schema does not exist: advice on nothing is no answer. */
export async function readNamespaces(
  reading: Reading,
  filter: { readonly includeSchemas: readonly string[]; readonly excludeSchemas: readonly string[] },
): Promise<Scope> {
  const rows = await reading.query<{ oid: string; name: string }>(
    `select /* plansmith */ n.oid::text as oid, n.nspname::text as name
     from pg_namespace n
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     order by n.oid`,
  );
  const unknown = filter.includeSchemas.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0)
    throw new AdvisorError("CONFIG_INVALID", `There is no schema ${unknown.map((name) => `"${name}"`).join(", ")} in this database.`, {
      hint: rows.length > 0 ? `Schemas here: ${rows.map((row) => row.name).join(", ")}.` : "The database has no user schema.",
    });
  const chosen = rows.filter(
    (row) => (filter.includeSchemas.length === 0 || filter.includeSchemas.includes(row.name)) && !filter.excludeSchemas.includes(row.name),
  );
  return { all: oidArray(rows), chosen: oidArray(chosen), chosenNames: chosen.map((row) => row.name) };
}

function oidArray(rows: readonly { readonly oid: string }[]): string {
  return `{${rows.map((row) => row.oid).join(",")}}`;
}
