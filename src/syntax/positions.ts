/** A place in a text as people count: line and column from 1, offset in UTF-16 units from 0. */
export interface TextPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Parsers count in other units than JavaScript: error cursors in code points, tree locations in UTF-8 bytes
 * (measured on libpg_query 16 and 18). Each function takes one such count and gives a UTF-16 offset into `text`;
 * a count past the end gives the end, one inside a character gives that character's start.
 */
export function offsetOfCodePoint(text: string, codePoints: number): number {
  let offset = 0;
  for (let seen = 0; seen < codePoints && offset < text.length; seen++) offset += widthAt(text, offset);
  return offset;
}

/** `offset(byte)` for many bytes of one text; linear to build, constant per look-up, free when the text is ASCII. */
export function byteOffsets(text: string): (byte: number) => number {
  if (Buffer.byteLength(text) === text.length) return (byte) => Math.min(Math.max(byte, 0), text.length);
  const offsets = new Uint32Array(Buffer.byteLength(text) + 1);
  let byte = 0;
  for (let offset = 0; offset < text.length; ) {
    const point = text.codePointAt(offset)!;
    const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    offsets.fill(offset, byte, byte + bytes);
    byte += bytes;
    offset += point < 0x10000 ? 1 : 2;
  }
  offsets[byte] = text.length;
  return (at) => offsets[Math.min(Math.max(at, 0), byte)]!;
}

/** Lines end at LF, CRLF or a lone CR; the column counts characters, so that an emoji is one. */
export function positionAt(text: string, offset: number): TextPosition {
  return positionsIn(text)(offset);
}

/** `positionAt` for many places of one text. */
export function positionsIn(text: string): (offset: number) => TextPosition {
  const lineStarts = [0];
  for (const end of text.matchAll(/\r\n|\n|\r/g)) lineStarts.push(end.index + end[0].length);
  return (offset) => {
    let low = 0;
    let high = lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { offset, line: low + 1, column: Array.from(text.slice(lineStarts[low]!, offset)).length + 1 };
  };
}

function widthAt(text: string, offset: number): 1 | 2 {
  return text.codePointAt(offset)! < 0x10000 ? 1 : 2;
}
