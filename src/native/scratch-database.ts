import { randomBytes } from "node:crypto";
import type { SqlSession } from "../contract/sql-session.ts";
import { ident, literal } from "../domain/identifier.ts";
import type { Server } from "../domain/snapshot.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

export interface ScratchDatabase {
  readonly name: string;
  /** How its default collation differs from production's; null when it does not. */
  readonly difference: string | null;
}

/** How a server orders and classifies text, as far as its planner sees it. */
export type ServerLocale = Pick<Server, "collation" | "characterType" | "localeProvider" | "encoding">;

/**
 * Makes an empty database with production's encoding and collation, else the nearest that this server has: the planner must see a
 * collation that is C where production's is, and none where it is not (LIKE and a plain B-tree).
 */
export async function createScratchDatabase(session: SqlSession, locale: ServerLocale): Promise<ScratchDatabase> {
  const name = `plansmith_shadow_${randomBytes(6).toString("hex")}`;
  const attempts = localeOptions(locale);
  for (const [position, options] of attempts.entries()) {
    try {
      await session.query(`create database ${ident(name)} template template0 ${options}`);
      const isExact = position === 0;
      return {
        name,
        difference: isExact ? null : `collation ${locale.collation} of encoding ${locale.encoding} is not installed here: ${options}`,
      };
    } catch (error) {
      // Unknown locale, collation version or encoding: the next one. The last is what every server has.
      if (sqlStateOf(error) === null || position === attempts.length - 1) throw error;
    }
  }
  throw new RangeError("no way to make a database was tried");
}

function localeOptions({ collation, characterType, localeProvider, encoding }: ServerLocale): string[] {
  const encoded = (name: string) => `encoding ${literal(name)}`;
  const libc = (collate: string, type: string) => `lc_collate ${literal(collate)} lc_ctype ${literal(type)}`;
  const isByteOrder = ["C", "POSIX"].includes(collation);
  const own = {
    i: [`${encoded(encoding)} locale_provider icu icu_locale 'und' ${libc("C", "C")}`],
    b: [
      `${encoded(encoding)} locale_provider builtin builtin_locale ${literal(/^C$/.test(collation) ? "C" : "C.UTF-8")} ${libc("C", "C")}`,
    ],
    c: [`${encoded(encoding)} ${libc(collation, characterType)}`],
  }[localeProvider];
  const near =
    isByteOrder || localeProvider === "b"
      ? []
      : [`${encoded("UTF8")} ${libc("C.UTF-8", "C.UTF-8")}`, `${encoded("UTF8")} ${libc("en_US.UTF-8", "en_US.UTF-8")}`];
  return [...(own ?? []), ...near, `${encoded("UTF8")} ${libc("C", "C")}`];
}
