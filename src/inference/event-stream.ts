/** Reads a body piece by piece; throws `StreamFault` when it is too long, too slow or breaks off. */
export class StreamFault extends Error {
  readonly fault: "too-long" | "silent" | "broken";

  constructor(fault: StreamFault["fault"], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.fault = fault;
  }
}

export interface StreamLimits {
  /** Of the whole body. */
  readonly maxBytes: number;
  /** Longest time without a piece. */
  readonly silenceMs: number;
}

/** Text of a body as it arrives. The body is let go of whatever happens. */
export async function* bodyText(body: ReadableStream<Uint8Array>, limits: StreamLimits): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  try {
    for (;;) {
      const piece = await within(reader, limits.silenceMs);
      if (piece === null) break;
      bytes += piece.byteLength;
      if (bytes > limits.maxBytes) throw new StreamFault("too-long", `the answer is longer than ${limits.maxBytes} bytes`);
      yield decoder.decode(piece, { stream: true });
    }
    yield decoder.decode();
  } finally {
    // Cancelling a stream that already failed rejects with that same failure.
    await reader.cancel().catch(() => undefined);
  }
}

async function within(reader: ReadableStreamDefaultReader<Uint8Array>, silenceMs: number): Promise<Uint8Array | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StreamFault("silent", `nothing came for ${silenceMs / 1000} s`)), silenceMs);
  });
  try {
    const { done, value } = await Promise.race([reader.read(), silent]);
    return done ? null : value;
  } catch (error) {
    if (error instanceof StreamFault || (error instanceof Error && error.name === "AbortError")) throw error;
    throw new StreamFault("broken", "the connection broke off", error);
  } finally {
    clearTimeout(timer);
  }
}

/** `data` of each server-sent event. https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
export async function* eventData(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  let data: string[] = [];
  for await (const piece of text) {
    rest += piece;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield data.join("\n");
        data = [];
      } else if (line.startsWith("data:")) data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
    }
  }
  // A last event without its blank line is incomplete by the standard; servers that send [DONE] so are understood all the same.
  if (rest.startsWith("data:")) data.push(rest.slice(5).trim());
  if (data.length > 0) yield data.join("\n");
}
