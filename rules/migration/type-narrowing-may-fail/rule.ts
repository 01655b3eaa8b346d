import {
  alterTable,
  type ColumnDefinition,
  inLaterMigration,
  inUse,
  migrationRule,
  objectName,
  readableIdent,
  readableQualified,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "narrower type that old rows may not fit",
  detects: "`ALTER COLUMN TYPE` to a shorter length, a smaller integer or fewer digits",
  effect: "It fails at the first row that does not fit (SQLSTATE 22001 or 22003), after holding ACCESS EXCLUSIVE until there",
  remedy: "Prove that all rows fit with a CHECK added NOT VALID and validated, then change the type",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "alter-column-type" || change.using === "expression" || !inUse(before, change.relation)) return null;
    const { relation, column, type } = change;
    const old = before.table(relation)?.columns.find((each) => each.name === column)?.type;
    if (!old || !narrower(old, type)) return null;
    const name = objectName(relation.name, column, "fits");
    const fits = fitting(type, readableIdent(column));
    return {
      message: `${readableQualified(relation)}.${readableIdent(column)} becomes ${type.sql} from ${old.sql}: one row that does not fit fails the migration`,
      about: relation,
      safer:
        fits === null
          ? []
          : [
              shortLockTimeout,
              `${alterTable(relation)} ADD CONSTRAINT ${readableIdent(name)} CHECK (${fits}) NOT VALID`,
              ...inLaterMigration(context, before, `${alterTable(relation)} VALIDATE CONSTRAINT ${readableIdent(name)}`),
            ],
    };
  },
});

type Type = ColumnDefinition["type"];

const widths: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8 };
const lengths = new Set(["varchar", "bpchar"]);

function narrower(old: Type, fresh: Type): boolean {
  if (old.array || fresh.array) return false;
  const [before, after] = [widths[old.name], widths[fresh.name]];
  if (before !== undefined && after !== undefined) return after < before;
  const [length] = fresh.modifiers;
  if (lengths.has(fresh.name) && length !== undefined)
    return old.name === "text" || (lengths.has(old.name) && (old.modifiers[0] === undefined || length < old.modifiers[0]));
  if (fresh.name !== "numeric" || old.name !== "numeric" || length === undefined) return false;
  const whole = (type: Type) => (type.modifiers[0] ?? Number.POSITIVE_INFINITY) - (type.modifiers[1] ?? 0);
  return whole(fresh) < whole(old);
}

function fitting(type: Type, column: string): string | null {
  if (lengths.has(type.name)) return `length(${column}) <= ${type.modifiers[0]}`;
  const limit = { int2: "32767", int4: "2147483647" }[type.name];
  return limit === undefined ? null : `${column} BETWEEN -${limit} - 1 AND ${limit}`;
}
