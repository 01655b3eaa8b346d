import { alterTable, does, inUse, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "new column of a domain with a constraint",
  detects: "`ADD COLUMN` with a domain that has CHECK or NOT NULL, even without a default",
  effect: "PostgreSQL checks the value of every row by writing the table anew under ACCESS EXCLUSIVE",
  remedy: "Use the base type, and a CHECK of the table added NOT VALID and validated later",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-createdomain.html",
      says: "Constraints of a domain are tested when a value is converted to it",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-column" || !inUse(before, change.relation) || !does(context, "rewrite")) return null;
    const { column, relation } = change;
    const domain =
      before.type({ schema: column.type.schema ?? relation.schema, name: column.type.name }) ??
      before.type({ schema: "public", name: column.type.name });
    if (domain?.kind !== "domain" || !domain.constrained) return null;
    return {
      message: `Adding ${readableQualified(relation)}.${readableIdent(column.name)} of the domain ${readableQualified(domain)} writes every row of the table anew`,
      about: relation,
      rests: "rewrite",
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ADD COLUMN ${readableIdent(column.name)} ${domain.baseType?.sql ?? "text"}`,
        "-- then the domain's condition as a CHECK … NOT VALID, and VALIDATE CONSTRAINT",
      ],
    };
  },
});
