/** One regular file or folder of a tar archive. */
export interface TarEntry {
  readonly path: string;
  readonly folder: boolean;
  readonly content: Uint8Array;
}

const blockBytes = 512;

/** Entries of a ustar archive in order: POSIX.1-1988 header fields, as PGlite's extension bundles use them. */
export function untar(archive: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  let at = 0;
  while (at + blockBytes <= archive.length) {
    const name = textField(archive, at, 100);
    if (name === "") break; // two zero blocks end the archive
    const prefix = textField(archive, at + 345, 155);
    const size = Number.parseInt(textField(archive, at + 124, 12).trim() || "0", 8);
    const type = String.fromCharCode(archive[at + 156] ?? 0);
    const path = prefix === "" ? name : `${prefix}/${name}`;
    const content = archive.subarray(at + blockBytes, at + blockBytes + size);
    if (type === "0" || type === "\0" || type === "5") entries.push({ path, folder: type === "5" || path.endsWith("/"), content });
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  return entries;
}

function textField(archive: Uint8Array, from: number, length: number): string {
  const field = archive.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
