import type { Finding, Report } from "../domain/report.ts";
import { plural } from "../domain/units.ts";
import { oneLine } from "./safe-text.ts";

/** GitHub shows 10 annotations of a level a step. https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
const mostPerLevel = 10;
const commands: Readonly<Record<Finding["severity"], string>> = { error: "error", warning: "warning", note: "notice" };

/** Workflow commands that GitHub turns into annotations at the lines of the change; the worst first, the rest counted. */
export function renderAnnotations(report: Report): string {
  const lines = (["error", "warning", "note"] as const).flatMap((severity) => {
    const own = report.findings.filter((each) => each.severity === severity);
    // The last place is for the count of those that do not fit.
    const shown = own.length > mostPerLevel ? own.slice(0, mostPerLevel - 1) : own;
    const rest = own.length - shown.length;
    return [
      ...shown.map(annotation),
      ...(rest > 0 ? [`::${commands[severity]}::${plural(rest, "more finding")} of level ${severity}: see the job's report`] : []),
    ];
  });
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function annotation(each: Finding): string {
  const place = each.place === null ? [] : [`file=${property(each.place.file)}`, `line=${each.place.line}`, `col=${each.place.column}`];
  const properties = [...place, `title=${property(each.title ?? each.rule)}`].join(",");
  const help = each.help === undefined ? "" : `\n${oneLine(each.help)}`;
  const safer = each.safer.length === 0 ? "" : `\n${each.safer.map(oneLine).join("\n")}`;
  return `::${commands[each.severity]} ${properties}::${message(`${oneLine(each.message)} (${each.rule} ${each.id})${help}${safer}`)}`;
}

function message(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return message(oneLine(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
