import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AdvisorError } from "../../errors.ts";

/** Browser code and styles that a page carries, as `client/build.mjs` makes them. */
export interface Assets {
  readonly reportScript: string;
  readonly reportStyle: string;
  /** The plan viewer, which runs in a frame of its own and only when somebody opens a plan. */
  readonly viewerScript: string;
  readonly viewerStyle: string;
}

/** Reads what the build has put beside this file, or, when run from the sources, into `dist`. Throws DEPENDENCY_MISSING. */
export function readAssets(): Assets {
  const folders = [join(import.meta.dirname, "browser"), join(import.meta.dirname, "../../../dist/src/render/html/browser")];
  return {
    reportScript: readAsset(folders, "report.js"),
    reportStyle: readAsset(folders, "report.css"),
    viewerScript: readAsset(folders, "viewer.js"),
    viewerStyle: readAsset(folders, "viewer.css"),
  };
}

function readAsset(folders: readonly string[], name: string): string {
  for (const folder of folders) {
    const text = readText(join(folder, name));
    if (text !== null) return text;
  }
  throw new AdvisorError("DEPENDENCY_MISSING", `The HTML report's ${name} is not built.`, { hint: "Run: npm run build:report" });
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null; // readFileSync throws system errors
    throw error;
  }
}
