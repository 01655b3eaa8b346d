import { alignedSql } from "../code-migrations/code-migration.ts";
import { readRails } from "../code-migrations/rails-migration.ts";
import type { ChangeSet } from "./changed-files.ts";
import type { ChangedFile } from "./git-changes.ts";
import type { FoundFile } from "./read-migration.ts";
import { structureDiff } from "./structure-diff.ts";

/**
 * A changed `structure.sql` of Rails: its old text is the schema before. Where the change's own migrations are not all understood,
 * the difference of the two texts is reviewed in their place. Gives the change set as it was when there is no such file.
 */
export function withStructure(change: ChangeSet, { hasSchema }: { readonly hasSchema: boolean }): ChangeSet {
  const structure = change.others.find(
    (file) => /(^|\/)structure\.sql$/.test(file.path) && file.status === "modified" && file.before !== null,
  );
  if (!structure) return change;
  const rails = change.files.filter((file) => file.isNew && file.path.endsWith(".rb"));
  const others = change.others.filter((file) => file !== structure);
  const read = rails.map((file) => readRails(textOf(file.content)));
  const understood = rails.length > 0 && read.every((each) => each.open.length === 0);
  const context: FoundFile[] = hasSchema
    ? []
    : [
        {
          path: `${structure.path} before`,
          content: structure.before!,
          isNew: false,
          printed: { sql: textOf(structure.before!), tool: "plain" },
        },
      ];
  const fresh = change.files.filter((file) => file.isNew);
  if (understood) return { ...change, others, files: [...context, ...fresh] };
  const { file, notices } = differenceOf(
    structure,
    read.some((each) => each.statements.some(({ sql }) => /\bCONCURRENTLY\b/.test(sql))),
  );
  return {
    files: [...context, ...fresh.filter((each) => !rails.includes(each)), file],
    others,
    notices: [
      ...change.notices,
      ...notices,
      `${structure.path}: the difference of its two versions is reviewed${rails.length === 0 ? "" : " in place of the Ruby migrations, which are not wholly understood"}; their own statements may differ`,
    ],
  };
}

function differenceOf(structure: ChangedFile, concurrently: boolean): { readonly file: FoundFile; readonly notices: readonly string[] } {
  const after = textOf(structure.content);
  const { statements, open } = structureDiff(textOf(structure.before!), after);
  const asBuilt = concurrently
    ? statements.map(({ line, sql }) => ({ line, sql: sql.replace(/^(CREATE (?:UNIQUE )?INDEX|DROP INDEX) /, "$1 CONCURRENTLY ") }))
    : statements;
  const sql = alignedSql(after, asBuilt);
  return {
    file: { path: structure.path, content: structure.content, isNew: true, printed: { sql, tool: concurrently ? "plain" : "rails" } },
    notices: open.map((each) => `${structure.path}:${each.line}: ${each.message}`),
  };
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content).toString("utf8");
}
