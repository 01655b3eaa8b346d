/**
 * JSON for a prompt, without anything that could leave its place in a chat template: `<|im_end|>`, `[INST]`, `</s>` and the like are
 * written as escapes, and so are control characters and those that change the direction of text. Whoever reads it as JSON reads the same.
 */
export function asData(value: unknown): string {
  return JSON.stringify(value).replaceAll(/<(?=[|/\w<])|\[(?=\/?[A-Z]{2})|[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}
