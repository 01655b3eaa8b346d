/** The part of JSON Schema that shapes of ours become: fixed keys, enums, bounded texts and lists, alternatives. */
export interface JsonSchema {
  readonly type?: string | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
}

/** Where in the grammar a text may be: every way to go on. Never changed. */
export type GrammarState = readonly unknown[];

export interface JsonGrammar {
  readonly start: GrammarState;
  /** The state after one more byte; null when no text of the schema goes on so. */
  next(state: GrammarState, byte: number): GrammarState | null;
  /** The text may end here. */
  isComplete(state: GrammarState): boolean;
}

/**
 * Compact JSON texts of a schema as an automaton over UTF-8 bytes: keys in their order, one blank allowed after `:` and `,`, texts no
 * longer than they may be, lists likewise (16 where nothing is said). It accepts these texts and no other. Runs in a worker as source
 * text, because Node 20 loads no TypeScript: it may use its argument and globals, nothing else.
 */
export function jsonGrammar(schema: JsonSchema): JsonGrammar {
  type Rule =
    | { readonly kind: "bytes"; readonly has: (byte: number) => boolean }
    | { readonly kind: "sequence"; readonly parts: readonly Rule[] }
    | { readonly kind: "either"; readonly parts: readonly Rule[] }
    | { readonly kind: "repeat"; readonly part: Rule; readonly least: number; readonly most: number };
  /** What is still to come: a rule, how often it was repeated, and what follows it. */
  interface Rest {
    readonly rule: Rule;
    readonly count: number;
    readonly after: Rest | null;
  }

  const sequence = (...parts: Rule[]): Rule => ({ kind: "sequence", parts });
  const either = (...parts: Rule[]): Rule => ({ kind: "either", parts });
  const repeat = (part: Rule, least: number, most: number): Rule => ({ kind: "repeat", part, least, most });
  const range = (low: number, high: number): Rule => ({ kind: "bytes", has: (byte) => byte >= low && byte <= high });
  const oneOf = (characters: string): Rule => {
    const codes = new Set([...characters].map((each) => each.charCodeAt(0)));
    return { kind: "bytes", has: (byte) => codes.has(byte) };
  };
  const literal = (text: string): Rule => sequence(...[...new TextEncoder().encode(text)].map((byte) => range(byte, byte)));
  const blank = repeat(oneOf(" "), 0, 1);
  const digit = oneOf("0123456789");

  const character = either(
    { kind: "bytes", has: (byte) => byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c },
    sequence(literal("\\"), either(oneOf('"\\/bfnrt'), sequence(literal("u"), repeat(oneOf("0123456789abcdefABCDEF"), 4, 4)))),
    // RFC 3629, without the four-byte forms: those count as two in a text's length.
    sequence(range(0xc2, 0xdf), range(0x80, 0xbf)),
    sequence(range(0xe0, 0xe0), range(0xa0, 0xbf), range(0x80, 0xbf)),
    sequence(either(range(0xe1, 0xec), range(0xee, 0xef)), range(0x80, 0xbf), range(0x80, 0xbf)),
    sequence(range(0xed, 0xed), range(0x80, 0x9f), range(0x80, 0xbf)),
  );
  const number = sequence(
    repeat(oneOf("-"), 0, 1),
    either(oneOf("0"), sequence(oneOf("123456789"), repeat(digit, 0, 14))),
    repeat(sequence(oneOf("."), repeat(digit, 1, 6)), 0, 1),
  );

  const separated = (parts: readonly Rule[]): Rule[] => parts.flatMap((part, at) => (at === 0 ? [part] : [literal(","), blank, part]));
  const ruleOf = (of: JsonSchema): Rule => {
    if (of.const !== undefined) return literal(JSON.stringify(of.const));
    if (of.enum) return either(...of.enum.map((value) => literal(JSON.stringify(value))));
    const alternatives = of.anyOf ?? of.oneOf;
    if (alternatives) return either(...alternatives.map(ruleOf));
    switch (of.type) {
      case "string":
        return sequence(literal('"'), repeat(character, 0, of.maxLength ?? 2_000), literal('"'));
      case "number":
      case "integer":
        return number;
      case "boolean":
        return either(literal("true"), literal("false"));
      case "null":
        return literal("null");
      case "array": {
        const item = ruleOf(of.items ?? { type: "null" });
        const [least, most] = [of.minItems ?? 0, of.maxItems ?? 16];
        const more = repeat(sequence(literal(","), blank, item), Math.max(0, least - 1), Math.max(0, most - 1));
        const some = sequence(item, more);
        const inside = most === 0 ? sequence() : least > 0 ? some : either(sequence(), some);
        return sequence(literal("["), inside, literal("]"));
      }
      case "object": {
        const members = Object.entries(of.properties ?? {}).map(([key, value]) =>
          sequence(literal(`${JSON.stringify(key)}:`), blank, ruleOf(value)),
        );
        return sequence(literal("{"), ...separated(members), literal("}"));
      }
      default:
        throw new Error(`a schema of type ${String(of.type)} is none that a model can be held to`);
    }
  };

  /** All first bytes that may come, each with what follows it; null among them: the text may end. */
  const open = (rest: Rest | null, found: (Rest | null)[]): void => {
    if (rest === null) {
      found.push(null);
      return;
    }
    const { rule, count, after } = rest;
    switch (rule.kind) {
      case "bytes":
        found.push(rest);
        return;
      case "sequence":
        open(
          rule.parts.reduceRight<Rest | null>((last, part) => ({ rule: part, count: 0, after: last }), after),
          found,
        );
        return;
      case "either":
        for (const part of rule.parts) open({ rule: part, count: 0, after }, found);
        return;
      case "repeat":
        if (count < rule.most) open({ rule: rule.part, count: 0, after: { rule, count: count + 1, after } }, found);
        if (count >= rule.least) open(after, found);
    }
  };
  const opened = (rests: readonly (Rest | null)[]): (Rest | null)[] => {
    const found: (Rest | null)[] = [];
    for (const rest of rests) open(rest, found);
    return found;
  };

  return {
    start: opened([{ rule: sequence(blank, ruleOf(schema)), count: 0, after: null }]),
    next(state, byte) {
      // The states are made here alone.
      const heads = state as readonly (Rest | null)[];
      const left = heads.flatMap((rest) => (rest?.rule.kind === "bytes" && rest.rule.has(byte) ? [rest.after] : []));
      return left.length === 0 ? null : opened(left);
    },
    isComplete: (state) => state.includes(null),
  };
}
