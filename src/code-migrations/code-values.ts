import { unescaped } from "./unescaped.ts";

/** A literal, a name or a call as Ruby and Python write them. */
export type Value =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  /** A name, dotted or not: `true`, `nil`, `None`, `sa.Text`. */
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "map"; readonly named: ReadonlyMap<string, Value> }
  | { readonly kind: "call"; readonly name: string; readonly given: Arguments }
  /** Ruby's `-> { "now()" }`: an expression for the server. */
  | { readonly kind: "sql"; readonly text: string };

export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export type Language = "ruby" | "python";

/** What is put together at run time, or a construct that is not read here: ends the reading of one statement. */
class NotRead extends Error {}

/** Arguments up to the end of the text; null when a part of them is not a plain value. Nothing is evaluated. */
export function readArguments(text: string, language: Language): Arguments | null {
  try {
    const reader = readerOf(text, language);
    const given = reader.arguments(null);
    return given;
  } catch (error) {
    if (error instanceof NotRead) return null;
    throw error;
  }
}

function readerOf(text: string, language: Language) {
  let at = 0;
  const sticky = (pattern: RegExp): RegExpExecArray | null => {
    const own = new RegExp(pattern.source, `${pattern.flags.replace("g", "")}y`);
    own.lastIndex = at;
    const match = own.exec(text);
    if (match) at = own.lastIndex;
    return match;
  };
  const space = () => sticky(/(?:\s|\\\r?\n)*/);
  const expect = (pattern: RegExp) => sticky(pattern) ?? fail();

  function args(closing: RegExp | null): Arguments {
    const positional: Value[] = [];
    const named = new Map<string, Value>();
    for (;;) {
      space();
      if (closing === null ? at >= text.length : sticky(closing)) return { positional, named };
      const key =
        sticky(/(?:"([^"\\]+)"|'([^'\\]+)'|([A-Za-z_]\w*[?!]?)):(?!:)(?=\s|["'\d[{-])/) ??
        (language === "python" ? sticky(/([A-Za-z_]\w*)\s*=(?!=)/) : null);
      space();
      const value = one();
      space();
      if (key) named.set(key.slice(1).find((each) => each !== undefined) ?? "", value);
      else if (sticky(/=>/)) {
        space();
        named.set(value.kind === "text" ? value.text : fail(), one());
        space();
      } else positional.push(value);
      if (sticky(/,/)) continue;
      space();
      if (closing === null ? at >= text.length : sticky(closing)) return { positional, named };
      fail();
    }
  }

  function one(): Value {
    const value = base();
    // What only tidies a text up.
    if (value.kind === "text") while (sticky(/\.(?:squish|strip_heredoc|strip|freeze|chomp|dedent|to_s|to_sym)\b(?:\(\))?/));
    if (sticky(/\s*(?:\+|%|\?|\|\||&&|\.(?=[a-z_])|\bif\b|\bunless\b|\bor\b|\band\b|\bfor\b)/)) fail();
    return value;
  }

  function base(): Value {
    const text1 = string();
    if (text1 !== null) return { kind: "text", text: text1 };
    const number = sticky(/-?\d[\d_]*(?:\.\d+)?/);
    if (number) return { kind: "number", text: number[0].replaceAll("_", "") };
    if (language === "ruby") {
      const symbol = sticky(/:(?:([A-Za-z_]\w*[?!]?)|"([^"#\\]*)")/);
      if (symbol) return { kind: "text", text: symbol[1] ?? symbol[2] ?? "" };
      const words = sticky(/%[wi](?:\[([^\]]*)\]|\(([^)]*)\)|\{([^}]*)\})/);
      if (words) return { kind: "list", items: split(words.slice(1).find((each) => each !== undefined) ?? "") };
      if (sticky(/->\s*\{|lambda\s*\{|proc\s*\{/)) {
        space();
        const sql = string() ?? fail();
        expect(/\s*\}/);
        return { kind: "sql", text: sql };
      }
    }
    if (sticky(/\[/)) return listUntil(/\]/);
    if (sticky(/\(/)) return listUntil(/\)/);
    if (sticky(/\{/)) return { kind: "map", named: args(/\}/).named };
    const word = expect(/[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)*[?!]?/)[0];
    if (sticky(/\(/)) return { kind: "call", name: word, given: args(/\)/) };
    return { kind: "word", text: word };
  }

  function listUntil(closing: RegExp): Value {
    const { positional, named } = args(closing);
    return named.size === 0 ? { kind: "list", items: positional } : fail();
  }

  /** Pieces side by side are one text, as both languages read them. Null when no text begins here. */
  function string(): string | null {
    let whole: string | null = null;
    for (;;) {
      const before = at;
      if (whole !== null) space();
      const piece = language === "python" ? pythonString() : rubyString();
      if (piece === null) {
        at = before;
        return whole;
      }
      whole = (whole ?? "") + piece;
    }
  }

  function pythonString(): string | null {
    const match = sticky(/([rRbBuUfF]*)(?:"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:\\[\s\S]|[^"\\\n])*)"|'((?:\\[\s\S]|[^'\\\n])*)')/);
    if (!match) return null;
    const content = match.slice(2).find((each) => each !== undefined) ?? "";
    if (/f/i.test(match[1]!) && /\{/.test(content.replaceAll("{{", ""))) fail();
    return /r/i.test(match[1]!) ? content : unescaped(content);
  }

  function rubyString(): string | null {
    const match = sticky(/"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|%[qQ]?(?:\(([^()]*)\)|\{([^{}]*)\}|\[([^[\]]*)\])/);
    if (!match) return null;
    const [, double, single, ...percent] = match;
    if (single !== undefined) return single.replaceAll(/\\(['\\])/g, "$1");
    const content = double ?? percent.find((each) => each !== undefined) ?? "";
    if (content.includes("#{")) fail();
    return double === undefined ? content : unescaped(content);
  }

  return { arguments: args };
}

function split(words: string): Value[] {
  return words
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((text) => ({ kind: "text", text }));
}

function fail(): never {
  throw new NotRead();
}
