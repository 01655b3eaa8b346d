/**
 * The alternative for the newest version that is not after `version`.
 * Keys are first versions (`server_version_num`, or an extension's version as major * 100 + minor).
 */
export function forVersion<T>(version: number, alternatives: Readonly<Record<number, T>>): T {
  const reached = Object.keys(alternatives)
    .map(Number)
    .filter((first) => first <= version)
    .sort((a, b) => b - a)[0];
  const found = reached === undefined ? undefined : alternatives[reached];
  if (found === undefined) throw new RangeError(`no alternative for version ${version}`);
  return found;
}

/** `1.11` → 111, so that extension versions compare as numbers; letters after the digits are ignored. */
export function extensionVersionNumber(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return major * 100 + minor;
}
