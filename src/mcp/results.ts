import { AdvisorError } from "../errors.ts";

/** Results that were too long for one answer, the last few. */
export interface Results {
  /** The text when it is short enough; else its first part, and how to get the rest. */
  bounded(text: string): string;
  /** The part of a kept result that begins at the offset. Throws INPUT_INVALID for one that is not kept. */
  part(id: string, offset: number): string;
}

/** A client that pages reads what it was just given: older results go. */
const mostKept = 20;

/** `limit`: characters of one answer at most, the note about the rest apart. */
export function openResults(limit: number): Results {
  const kept = new Map<string, string>();
  let count = 0;
  const part = (id: string, offset: number): string => {
    const text = kept.get(id);
    if (text === undefined)
      throw new AdvisorError("INPUT_INVALID", `There is no result "${id}" any more.`, {
        hint: `The last ${mostKept} cut results are kept: call the tool again.`,
      });
    if (offset >= text.length)
      throw new AdvisorError("INPUT_INVALID", `Result "${id}" has ${text.length} characters.`, { hint: "Give a smaller offset." });
    const end = endOfPart(text, offset, limit);
    const rest = text.length - end;
    if (rest === 0) return text.slice(offset);
    return `${text.slice(offset, end)}\n[cut: characters ${offset} to ${end} of ${text.length}. For the rest call read_result with {"result": "${id}", "offset": ${end}}, or read the resource plansmith://result/${id}/${end}]`;
  };
  return {
    bounded(text) {
      if (text.length <= limit) return text;
      const id = String(++count);
      kept.set(id, text);
      for (const oldest of kept.keys()) if (kept.size > mostKept) kept.delete(oldest);
      return part(id, 0);
    },
    part,
  };
}

/** At a line's end where one is near, and never between the halves of a character. */
function endOfPart(text: string, offset: number, limit: number): number {
  if (text.length - offset <= limit) return text.length;
  const line = text.lastIndexOf("\n", offset + limit - 1);
  const end = line > offset + limit / 2 ? line + 1 : offset + limit;
  return /[\uD800-\uDBFF]/.test(text[end - 1] ?? "") ? end - 1 : end;
}
