import type { Assets } from "../assets.ts";

/** Builds what the HTML report carries. Throws when a text could end the element that it will stand in. */
export declare function buildClient(): Promise<Assets>;
