import { createHash } from "node:crypto";
import type { Subject } from "../domain/tuning.ts";
import { subjectName } from "../domain/tuning-subject.ts";

/** 12 hex digits that stay the same while the rule says the same of the same thing. `number` tells several such apart. */
export function adviceId(rule: string, about: Subject, number: number): string {
  return createHash("sha256")
    .update(JSON.stringify([rule, about.kind, subjectName(about), number]))
    .digest("hex")
    .slice(0, 12);
}
