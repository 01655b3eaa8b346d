import type { SizeChange } from "../domain/comparison.ts";
import type { IndexState, RelationState } from "../domain/database-state.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Report } from "../domain/report.ts";

/** Less is not worth a line. */
const leastBytes = 64 * 1024 * 1024;
/** Part that is empty from which a table or an index is called bloated: the tuning rules' own limits (table-bloat, btree-bloat). */
const bloatedShare = 0.4;
/** Growth of bytes over growth of rows, where no statistics tell what is empty. */
const unexplained = 1.5;

type Dated = Pick<Report, "generatedAt" | "state">;

/**
 * Tables and B-trees that swelled since the first of the reports: much of them is empty now, and was not; or, where the statistics do not tell,
 * they grew half as much again as their rows. Held against the first report and not the last one, since space is lost a little a day.
 */
export function sizeChanges(reports: readonly Dated[]): readonly SizeChange[] {
  const known = new Set(swollen(reports.slice(0, -1)).map(nameOf));
  return swollen(reports).map((each) => ({ ...each, isNew: !known.has(nameOf(each)) }));
}

function swollen(reports: readonly Dated[]): Omit<SizeChange, "isNew">[] {
  const last = reports.at(-1)?.state;
  if (!last || reports.length < 2) return [];
  const earlier = reports.slice(0, -1);
  const found = last.relations.flatMap((relation) => {
    const key = relationKey(relation);
    const own = earlier.map(({ generatedAt, state }) => ({
      generatedAt,
      relation: state?.relations.find((each) => relationKey(each) === key),
    }));
    const first = own.find((each) => each.relation !== undefined);
    const heap = first?.relation && heapChange(relation, first.relation, first.generatedAt);
    const indexes = relation.indexes.flatMap((index) => {
      const [before] = own.flatMap(({ generatedAt, relation: earlierOne }) => {
        const same = earlierOne?.indexes.find((each) => each.name === index.name && each.key === index.key);
        return earlierOne && same ? [{ generatedAt, relation: earlierOne, index: same }] : [];
      });
      return before ? (indexChange({ relation, index }, before, before.generatedAt) ?? []) : [];
    });
    return [...(heap ? [heap] : []), ...indexes];
  });
  return found.toSorted((a, b) => (b.emptyBytes ?? 0) - (a.emptyBytes ?? 0) || b.bytesNow - a.bytesNow || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function heapChange(now: RelationState, before: RelationState, from: string): Omit<SizeChange, "isNew"> | null {
  const sizes = (state: RelationState) => ({ bytes: state.heapBytes, needed: state.heapBytesNeeded });
  return change({ now: sizes(now), before: sizes(before), rows: [before.rows, now.rows], relation: now, index: null, from });
}

interface OfIndex {
  readonly relation: RelationState;
  readonly index: IndexState;
}

function indexChange(now: OfIndex, before: OfIndex, from: string): Omit<SizeChange, "isNew"> | null {
  const sizes = ({ index }: OfIndex) => ({ bytes: index.bytes, needed: index.bytesNeeded });
  const rows = [before.relation.rows, now.relation.rows] as const;
  return change({ now: sizes(now), before: sizes(before), rows, relation: now.relation, index: now.index.name, from });
}

interface Sizes {
  readonly bytes: number;
  readonly needed: number | null;
}

function change(of: {
  readonly now: Sizes;
  readonly before: Sizes;
  readonly rows: readonly [number | null, number | null];
  readonly relation: RelationState;
  readonly index: string | null;
  readonly from: string;
}): Omit<SizeChange, "isNew"> | null {
  const { now, before, rows, from, index } = of;
  const emptyNow = now.needed === null ? null : Math.max(0, now.bytes - now.needed);
  // A table that was small then was not reckoned; all of it is less than what counts here.
  const emptyBefore = before.needed === null ? (before.bytes < leastBytes ? 0 : null) : Math.max(0, before.bytes - before.needed);
  const line = (kind: SizeChange["kind"]) => ({
    relation: { schema: of.relation.schema, name: of.relation.name },
    index,
    kind,
    bytesBefore: before.bytes,
    bytesNow: now.bytes,
    rowsBefore: rows[0],
    rowsNow: rows[1],
    emptyBytes: emptyNow,
    from,
  });
  if (emptyNow !== null && emptyBefore !== null) {
    const lost = emptyNow - emptyBefore;
    const isBloated = emptyNow >= leastBytes && emptyNow >= bloatedShare * now.bytes;
    // Most of it was lost in this time, or it is an old story.
    return isBloated && lost >= leastBytes && lost >= emptyNow / 2 ? line("bloat") : null;
  }
  if (rows[0] === null || rows[1] === null || rows[0] <= 0 || now.bytes - before.bytes < leastBytes) return null;
  return now.bytes / before.bytes >= unexplained * Math.max(1, rows[1] / rows[0]) ? line("growth") : null;
}

function nameOf({ relation, index }: Pick<SizeChange, "relation" | "index">): string {
  return `${relationKey(relation)} ${index ?? ""}`;
}
