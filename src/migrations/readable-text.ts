import { bytes } from "../domain/units.ts";

/** Text of a file, or the line that says why there is none. */
export type Readable = { readonly kind: "text"; readonly text: string } | { readonly kind: "unreadable"; readonly why: string };

/** Longest file that is reviewed: above it, files are data loads. A 4 MB file takes about 3 s to cut and parse. */
const largestFileBytes = 4 * 1024 * 1024;

/** Decodes a file as UTF-8, with or without a byte-order mark. Binary, UTF-16, other encodings and very large files are refused with a reason. */
export function readableText(content: Uint8Array): Readable {
  const refuse = (why: string): Readable => ({ kind: "unreadable", why });
  if ((content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff))
    return refuse("is UTF-16: save it as UTF-8");
  if (content.subarray(0, 8000).includes(0)) return refuse("is a binary file");
  if (content.length > largestFileBytes)
    return refuse(
      `has ${bytes(content.length)}: files above ${bytes(largestFileBytes)} are taken for data loads; put the schema changes in a file of their own`,
    );
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // what a fatal decoder throws for bytes that are no UTF-8
    return refuse("is not UTF-8: convert it, or set the file's encoding");
  }
}
