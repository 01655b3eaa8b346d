/** One member: its id, how much it weighs, and where it lies. */
export interface Placed {
  readonly id: string;
  readonly weight: number;
  /** Of length 1. */
  readonly vector: Float32Array;
}

/**
 * Groups of members that are alike: heaviest first, each joins the group whose heaviest member it is most like, if that is at least
 * `leastSimilarity` (leader clustering, Hartigan 1975), else it begins one. So no chain of small steps joins what is unlike, and equal
 * input in any order gives equal groups.
 */
export function cluster(members: readonly Placed[], leastSimilarity: number): readonly (readonly string[])[] {
  const ordered = members.toSorted((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const groups: { readonly leader: Placed; readonly ids: string[] }[] = [];
  for (const member of ordered) {
    let best: (typeof groups)[number] | null = null;
    let similarity = leastSimilarity;
    for (const group of groups) {
      const found = dot(member.vector, group.leader.vector);
      // Of two that are as near, the heavier leader's group.
      if (found > similarity || (best === null && found === similarity)) {
        best = group;
        similarity = found;
      }
    }
    if (best === null) groups.push({ leader: member, ids: [member.id] });
    else best.ids.push(member.id);
  }
  return groups.map(({ ids }) => ids);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
