import type { Numbering } from "./numbering.ts";
import type { Part } from "./parts.ts";
import type { Place } from "./place.ts";

/** A file to write, below the migrations' folder, with `/`. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** What a new file takes from those that are there. */
export interface Facts {
  /** What it comes after: Django's migration, Alembic's revision; null for the first, and for tools that go by number. */
  readonly previous: string | null;
  /** A word of the folder's own: Django's app, Rails' version, `reversible` for sqlx. */
  readonly own: string;
}

export interface Written {
  readonly files: readonly OutputFile[];
  /** What the next one comes after. */
  readonly name: string;
}

/** A migration tool as its files are written. What it wraps in a transaction is told by its convention in `src/migrations`. */
export interface Format {
  readonly name: string;
  readonly convention: string;
  readonly numbering: Numbering;
  /** Where the tool usually looks, the first as the default. */
  readonly folders: readonly string[];
  /** One session takes the statements of a file one by one. */
  readonly settings: boolean;
  readonly guards: boolean;
  readonly prepare?: (place: Place) => Promise<Facts>;
  readonly write: (part: Part, version: string, facts: Facts) => Written;
  /** What a person must know to run the files; null where nothing is special. */
  readonly note: string | null;
}
