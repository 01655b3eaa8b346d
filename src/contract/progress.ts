/** Told as work goes on; `total` is null while unknown. Never awaited. */
export type OnProgress = (stage: string, done: number, total: number | null) => void;
