/** Rules of minified CSS all of whose classes occur in `script`. */
export declare function usedRules(css: string, script: string): string;
