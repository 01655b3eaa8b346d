/** A value inside a jsonb document that is no object and no array, and the way there; null in the way: any element of an array. */
export interface Leaf {
  readonly path: readonly (string | null)[];
  readonly value: string | number | boolean | null;
}

/** How deep a search is thought to look, and how many elements of an array are looked at; our own choice. */
const deepest = 4;
const elements = 3;

/** Every leaf of a document, in its order. */
export function leavesOf(document: unknown, path: Leaf["path"] = []): Leaf[] {
  if (document === null || typeof document !== "object") return path.length === 0 ? [] : [{ path, value: document as Leaf["value"] }];
  if (path.length >= deepest) return [];
  if (Array.isArray(document)) return document.slice(0, elements).flatMap((each) => leavesOf(each, [...path, null]));
  return Object.entries(document).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

/** Whether a document holds the leaf, as `@>` would find it. */
export function holds(document: unknown, { path, value }: Leaf): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return document === value;
  if (document === null || typeof document !== "object") return false;
  if (step === null) return Array.isArray(document) && document.some((each) => holds(each, { path: rest, value }));
  return (
    !Array.isArray(document) && Object.hasOwn(document, step) && holds((document as Record<string, unknown>)[step], { path: rest, value })
  );
}

/** The smallest document that holds the leaf: `{"vendor": {"id": 5}}`. */
export function leafDocument({ path, value }: Leaf): unknown {
  return path.toReversed().reduce<unknown>((inner, step) => (step === null ? [inner] : Object.fromEntries([[step, inner]])), value);
}

/** The leaf's way as a jsonpath: `$."certs"[*]`. */
export function leafPath({ path }: Leaf): string {
  return path.reduce<string>((way, step) => (step === null ? `${way}[*]` : `${way}.${JSON.stringify(step)}`), "$");
}
