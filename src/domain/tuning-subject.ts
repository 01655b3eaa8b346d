import { readableQualified } from "./identifier.ts";
import type { Subject } from "./tuning.ts";

/** `public.orders.status`, `the server`, a statement's family id. */
export function subjectName(about: Subject): string {
  switch (about.kind) {
    case "server":
      return "the server";
    case "relation":
      return about.column === null ? readableQualified(about.relation) : `${readableQualified(about.relation)}.${about.column}`;
    case "index":
      return readableQualified(about.index);
    case "sequence":
      return readableQualified(about.sequence);
    case "statistics-object":
      return readableQualified(about.object);
    case "statement":
      return about.family;
    default:
      return about satisfies never;
  }
}
