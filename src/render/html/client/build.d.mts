import type { Assets } from "../assets.ts";

/** Builds what the HTML report carries. Throws when a text could end the element that it will stand in. */
export declare function buildClient(): Promise<Assets>;
/** Rules of minified CSS all of whose classes occur in `script`. */
export declare function usedRules(css: string, script: string): string;
