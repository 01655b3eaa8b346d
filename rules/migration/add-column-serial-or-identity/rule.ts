import {
  alterTable,
  does,
  inUse,
  literal,
  migrationRule,
  objectName,
  readableIdent,
  readableQualified,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "serial or identity column on an existing table",
  detects: "`ADD COLUMN` with serial, bigserial or GENERATED AS IDENTITY",
  effect: "Each old row gets a number: the whole table and its indexes are written anew under ACCESS EXCLUSIVE",
  remedy: "Add a nullable column, make a sequence its default, fill old rows in batches, then make it an identity",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
    {
      url: "https://www.postgresql.org/docs/current/ddl-identity-columns.html",
      says: "An identity column is filled from a sequence of its own",
    },
  ],

  judge(change, before, context) {
    if (
      change.kind !== "add-column" ||
      (!change.column.serial && !change.column.identity) ||
      !inUse(before, change.relation) ||
      !does(context, "rewrite")
    )
      return null;
    const { column, relation } = change;
    const sequence = { schema: relation.schema, name: objectName(relation.name, column.name, "seq") };
    return {
      message: `Adding ${readableQualified(relation)}.${readableIdent(column.name)} as ${column.identity ? "an identity" : "a serial"} writes every row of the table anew`,
      about: relation,
      rests: "rewrite",
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ADD COLUMN ${readableIdent(column.name)} ${column.type.sql}`,
        `CREATE SEQUENCE ${readableQualified(sequence)} OWNED BY ${readableQualified(relation)}.${readableIdent(column.name)}`,
        `${alterTable(relation)} ALTER COLUMN ${readableIdent(column.name)} SET DEFAULT nextval(${literal(readableQualified(sequence))})`,
        "-- then fill the old rows in batches by key, each in its own transaction",
      ],
    };
  },
});
