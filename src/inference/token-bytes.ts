/** What is read of a `tokenizer.json`. */
export interface TokenizerFile {
  readonly model: { readonly vocab?: Readonly<Record<string, number>> | readonly (readonly [string, number])[] };
  readonly added_tokens?: readonly { readonly id: number; readonly content: string; readonly special?: boolean }[];
  readonly decoder?: unknown;
  readonly pre_tokenizer?: unknown;
}

/**
 * The UTF-8 bytes that each token stands for, by id; null for special tokens and ids that there are none of. Knows byte-level BPE
 * (GPT-2's alphabet), SentencePiece's `▁` and `<0x0A>`, and plain text. Runs in a worker as source text: arguments and globals alone.
 */
export function tokenBytes(file: TokenizerFile): readonly (Uint8Array | null)[] {
  const { vocab = {} } = file.model;
  const entries: [string, number][] = Array.isArray(vocab) ? vocab.map(([token], id) => [String(token), id]) : Object.entries(vocab);
  const how = JSON.stringify([file.decoder ?? null, file.pre_tokenizer ?? null]);
  const utf8 = new TextEncoder();

  // GPT-2's bytes_to_unicode(): printable bytes stand for themselves, the others for 256 and on, in order.
  const byteOf = new Map<string, number>();
  let shifted = 256;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    byteOf.set(String.fromCharCode(isPrintable ? byte : shifted++), byte);
  }
  const byteLevel = (token: string) => {
    const bytes = [...token].map((each) => byteOf.get(each));
    return bytes.includes(undefined) ? null : Uint8Array.from(bytes as number[]);
  };
  const pieces = (token: string) => {
    const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
    return byte === undefined ? utf8.encode(token.replaceAll("▁", " ")) : Uint8Array.of(Number.parseInt(byte, 16));
  };
  const read = how.includes("ByteLevel")
    ? byteLevel
    : /▁|ByteFallback|Metaspace/.test(how)
      ? pieces
      : (token: string) => utf8.encode(token);

  const found: (Uint8Array | null)[] = [];
  for (const [token, id] of entries) found[id] = read(token);
  for (const { id, content, special } of file.added_tokens ?? []) found[id] = special === true ? null : utf8.encode(content);
  return Array.from(found, (bytes) => (bytes === undefined || bytes?.length === 0 ? null : bytes));
}
