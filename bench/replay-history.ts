/**
 * A migration history as a web shop's might have grown: made by rule, so that every run reviews the same files. Tables are made in
 * groups, then grow columns, indexes, keys, constraints, types, views and backfills, now and then in a way that a review minds.
 */
export interface HistoryFile {
  readonly path: string;
  readonly text: string;
}

const subjects =
  "account address audit badge basket campaign cart category channel city comment coupon country currency customer delivery device discount event feature feedback gift invoice item label ledger location message note offer order page parcel partner payment picture plan price product profile promotion refund region return review role segment session shipment stock store subscription supplier tag task tax ticket token transfer vendor visit voucher warehouse wishlist".split(
    " ",
  );

/** `count` files over `tables` tables, oldest first. */
export function migrationHistory(count: number, tables: number): HistoryFile[] {
  const names = subjects.slice(0, tables);
  const files: HistoryFile[] = [];
  const add = (name: string, ...statements: readonly string[]) => {
    const number = String(files.length + 1).padStart(4, "0");
    return files.push({
      path: `migrations/${number}_${name}.sql`,
      text: `-- ${name}\n${statements.map((each) => `${each};`).join("\n\n")}\n`,
    });
  };
  for (const [at, name] of names.entries()) {
    const parent = names[Math.floor(at / 2)]!;
    const reference = at === 0 ? "" : `,\n  ${parent}_id bigint REFERENCES ${parent}s (id)`;
    add(
      `create_${name}s`,
      `CREATE TABLE ${name}s (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  name text NOT NULL,\n  state varchar(20) NOT NULL DEFAULT 'new',\n  amount integer,\n  created_at timestamptz NOT NULL DEFAULT now()${reference}\n)`,
      `CREATE INDEX ${name}s_created ON ${name}s (created_at)`,
      ...(at === 0 ? [] : [`CREATE INDEX ${name}s_parent ON ${name}s (${parent}_id)`]),
    );
  }
  for (let at = 0; files.length < count; at++) {
    const name = names[(at * 7) % names.length]!;
    const table = `${name}s`;
    change(at % kinds, { add, name, table, step: at });
  }
  return files;
}

const kinds = 12;

interface Step {
  /** Gives the number of files there are then. */
  readonly add: (name: string, ...statements: readonly string[]) => number;
  readonly name: string;
  readonly table: string;
  readonly step: number;
}

function change(kind: number, { add, name, table, step }: Step): number {
  const column = `c${step}`;
  switch (kind) {
    case 0:
      return add(`${name}_add_${column}`, `ALTER TABLE ${table} ADD COLUMN ${column} text`);
    case 1:
      return add(`${name}_flag_${column}`, `ALTER TABLE ${table} ADD COLUMN ${column} boolean NOT NULL DEFAULT false`);
    case 2:
      return add(`${name}_index_${column}`, `CREATE INDEX CONCURRENTLY ${table}_state_${step} ON ${table} (state, created_at)`);
    case 3:
      return add(`${name}_index_name_${column}`, `CREATE INDEX ${table}_name_${step} ON ${table} (name)`);
    case 4:
      return add(
        `${name}_check_${column}`,
        `ALTER TABLE ${table} ADD CONSTRAINT ${table}_amount_${step} CHECK (amount >= 0) NOT VALID`,
        `ALTER TABLE ${table} VALIDATE CONSTRAINT ${table}_amount_${step}`,
      );
    case 5:
      return add(`${name}_widen_${column}`, `ALTER TABLE ${table} ALTER COLUMN state TYPE varchar(${40 + step})`);
    case 6:
      return add(
        `${name}_backfill_${column}`,
        `ALTER TABLE ${table} ADD COLUMN ${column} integer`,
        `UPDATE ${table} SET ${column} = amount * 2`,
      );
    case 7:
      return add(
        `${name}_view_${column}`,
        `CREATE VIEW ${table}_recent_${step} AS SELECT id, created_at FROM ${table} WHERE created_at > now() - interval '30 days'`,
      );
    case 8:
      return add(
        `${name}_enum_${column}`,
        `CREATE TYPE ${name}_kind_${step} AS ENUM ('a', 'b')`,
        `ALTER TABLE ${table} ADD COLUMN ${column} ${name}_kind_${step}`,
      );
    case 9:
      return add(
        `${name}_trigger_${column}`,
        `CREATE FUNCTION ${table}_touch_${step}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.created_at := now(); RETURN NEW; END $$`,
        `CREATE TRIGGER ${table}_touch_${step} BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_touch_${step}()`,
      );
    case 10:
      return add(`${name}_token_${column}`, `ALTER TABLE ${table} ADD COLUMN ${column} uuid NOT NULL DEFAULT gen_random_uuid()`);
    default:
      return add(
        `${name}_lines_${column}`,
        `CREATE TABLE ${name}_lines_${step} (\n  id bigint PRIMARY KEY,\n  ${name}_id bigint NOT NULL REFERENCES ${table} (id),\n  quantity integer NOT NULL\n)`,
        `CREATE INDEX ON ${name}_lines_${step} (${name}_id)`,
      );
  }
}
