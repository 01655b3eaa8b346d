import type { Catalog, Relation } from "../domain/catalog.ts";
import { ident, qualified } from "../domain/identifier.ts";
import type { GuardedDatabase } from "../embedded/guarded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

const reader = "plansmith_reader";

/** Run between the rows and the statements: from here on some rows of the tables with row security cannot be seen. */
export const asReader = `set local role ${reader}`;

/**
 * Commands that make a role from which a third of the rows of every table with row security is hidden: production's own policies ask
 * for users and settings that are not here, and a rewrite must hold under whatever they hide (a foreign key's parent may be there and not be
 * seen). Empty where no table has row security.
 */
export function rowSecurityCommands({ relations }: Catalog): readonly string[] {
  const guarded = relations.filter((relation) => relation.rowSecurity && isTable(relation));
  if (guarded.length === 0) return [];
  const read = relations.map((relation) => qualified(relation)).join(", ");
  const schemas = [...new Set(relations.map((relation) => ident(relation.schema)))].sort().join(", ");
  return [
    `create role ${reader}`,
    `grant usage on schema ${schemas} to ${reader}`,
    `grant all on ${read} to ${reader}`,
    ...guarded.flatMap((relation) => [
      `alter table ${qualified(relation)} enable row level security`,
      `create policy plansmith_rows on ${qualified(relation)} to ${reader} using (hashtext(${ident(relation.name)}::text) % 3 <> 0) with check (true)`,
    ]),
  ];
}

/** Makes them in the scratch database; true when there is something hidden from the reader. */
export async function hideRows(database: GuardedDatabase, catalog: Catalog): Promise<boolean> {
  const commands = rowSecurityCommands(catalog);
  for (const command of commands)
    try {
      await database.run(command);
    } catch (error) {
      // duplicate_object: roles outlive the schemas of one pair.
      if (sqlStateOf(error) !== "42710") throw error;
    }
  // What watches the statements' conditions is a temporary function.
  if (commands.length > 0)
    await database.run(`do $$ begin if pg_my_temp_schema() <> 0 then
      execute format('grant usage on schema %s to ${reader}', pg_my_temp_schema()::regnamespace); end if; end $$`);
  return commands.length > 0;
}

function isTable({ kind }: Relation): boolean {
  return kind === "table" || kind === "partitioned-table";
}
