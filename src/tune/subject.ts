import { createHash } from "node:crypto";
import { readableQualified } from "../domain/identifier.ts";
import type { Subject } from "../domain/tuning.ts";

/** `public.orders.status`, `the server`, a statement's family id. */
export function subjectWords(about: Subject): string {
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

/** 12 hex digits that stay the same while the rule says the same of the same thing. `number` tells several such apart. */
export function adviceId(rule: string, about: Subject, number: number): string {
  return createHash("sha256")
    .update(JSON.stringify([rule, about.kind, subjectWords(about), number]))
    .digest("hex")
    .slice(0, 12);
}
