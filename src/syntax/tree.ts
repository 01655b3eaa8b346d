import type { Node } from "@pgsql/types";

/**
 * Rebuilds a parse tree bottom-up. `replace` sees every tagged node once, after
 * its children, and returns the node to keep. The input is never changed.
 */
export function replaceNodes<T>(tree: T, replace: (node: Node) => Node): T {
  // Top-down order first, so that going back over it meets children before their parent without recursion.
  const top = { value: tree };
  const order: { readonly owner: Record<string, unknown>; readonly key: string }[] = [];
  const waiting: Record<string, unknown>[] = [top];
  for (let owner = waiting.pop(); owner; owner = waiting.pop()) {
    for (const key of Object.keys(owner)) {
      const value = owner[key];
      if (typeof value !== "object" || value === null) continue;
      const copy = Array.isArray(value) ? [...value] : { ...value };
      owner[key] = copy;
      order.push({ owner, key });
      waiting.push(copy);
    }
  }
  for (const { owner, key } of order.reverse()) {
    const value = owner[key];
    if (isNode(value)) owner[key] = replace(value);
  }
  return top.value;
}

/**
 * Visits every tagged node from the top down, in the order the fields stand in the tree. `visit` may return "skip" to leave
 * out what is below. Does not recurse, so that depth costs no stack.
 */
export function walk(tree: unknown, visit: (node: Node) => "skip" | undefined): void {
  const waiting: unknown[] = [tree];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value === null || typeof value !== "object") continue;
    if (isNode(value) && visit(value) === "skip") continue;
    const below = Object.values(value);
    for (let at = below.length - 1; at >= 0; at--) waiting.push(below[at]);
  }
}

/** `SelectStmt` of `{ SelectStmt: … }`. */
export type NodeTag = KeysOf<Node>;
type KeysOf<T> = T extends unknown ? keyof T & string : never;

export function tagOf(node: Node): NodeTag {
  // A node has exactly one key, its tag.
  return Object.keys(node)[0] as NodeTag;
}

/** A node is an object with a single capitalised key, as libpg-query emits. */
export function isNode(value: unknown): value is Node {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && /^[A-Z]/.test(keys[0]!);
}

/** Changes every place in the text by `locate`, in the tree itself; −1 (unknown) stays. For a tree nobody else holds yet. */
export function mapLocations(tree: object, locate: (at: number) => number): void {
  const waiting: object[] = [tree];
  for (let owner = waiting.pop(); owner; owner = waiting.pop()) {
    for (const [key, value] of Object.entries(owner)) {
      if (typeof value === "object" && value !== null) waiting.push(value);
      else if (typeof value === "number" && value > 0 && locationFields.test(key)) Object.assign(owner, { [key]: locate(value) });
    }
  }
}

/** The fields of type ParseLoc in PostgreSQL 18's parsenodes.h and primnodes.h; RawStmt's are read where statements are cut. */
const locationFields = /^(?:name_)?location$|^(?:rexpr_)?list_(?:start|end)$/;
