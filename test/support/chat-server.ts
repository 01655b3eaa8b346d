import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request to the server said. */
export interface ChatRequest {
  readonly authorization: string | undefined;
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format?: { readonly type: string };
  readonly max_tokens: number;
}

/** One way to answer. `text` may look at the request. */
export type Behaviour =
  | {
      readonly kind: "says";
      readonly text: string | ((request: ChatRequest) => string);
      readonly finish?: string;
      readonly usage?: boolean;
    }
  | { readonly kind: "says-whole"; readonly text: string }
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string }
  /** Part of an answer, then the connection is closed as if all had been said. */
  | { readonly kind: "half-closed"; readonly text: string }
  /** Part of an answer, then the socket is cut. */
  | { readonly kind: "cut"; readonly text: string }
  /** Headers and part of an answer, then nothing. */
  | { readonly kind: "hangs"; readonly text: string }
  | { readonly kind: "raw"; readonly body: string; readonly type: string }
  | { readonly kind: "endless" };

export interface ChatServer {
  readonly url: string;
  readonly requests: readonly ChatRequest[];
  close(): Promise<void>;
}

/** A server of the OpenAI shape that answers as it is told, request by request; the last behaviour goes on. */
export async function chatServer(behave: readonly Behaviour[] | ((request: ChatRequest) => Behaviour)): Promise<ChatServer> {
  const requests: ChatRequest[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/v1/models") {
      response.end(JSON.stringify({ data: [{ id: "scripted" }] }));
      return;
    }
    void read(request).then((asked) => {
      requests.push(asked);
      const behaviour = typeof behave === "function" ? behave(asked) : behave[Math.min(requests.length, behave.length) - 1]!;
      answer(behaviour, asked, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function read(request: IncomingMessage): Promise<ChatRequest> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return { ...(JSON.parse(body) as ChatRequest), authorization: request.headers.authorization };
}

const event = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

function answer(behaviour: Behaviour, asked: ChatRequest, response: ServerResponse): void {
  const begin = (type = "text/event-stream") => response.writeHead(200, { "content-type": type });
  switch (behaviour.kind) {
    case "says": {
      begin();
      const text = typeof behaviour.text === "string" ? behaviour.text : behaviour.text(asked);
      for (let at = 0; at < text.length; at += 17) response.write(event(text.slice(at, at + 17)));
      response.write(event("", behaviour.finish ?? "stop"));
      if (behaviour.usage !== false)
        response.write(`data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 10 } })}\n\n`);
      response.end("data: [DONE]\n\n");
      break;
    }
    case "says-whole":
      begin("application/json");
      response.end(JSON.stringify({ choices: [{ message: { role: "assistant", content: behaviour.text }, finish_reason: "stop" }] }));
      break;
    case "status":
      response.writeHead(behaviour.status, behaviour.retryAfter === undefined ? {} : { "retry-after": behaviour.retryAfter });
      response.end(JSON.stringify({ error: { message: "\u001b[31mno\u001b[0m" } }));
      break;
    case "half-closed":
      begin();
      response.end(event(behaviour.text));
      break;
    case "cut":
      begin();
      response.write(event(behaviour.text), () => response.destroy());
      break;
    case "hangs":
      begin();
      response.write(event(behaviour.text));
      break;
    case "raw":
      begin(behaviour.type);
      response.end(behaviour.body);
      break;
    case "endless": {
      begin();
      const piece = event("x".repeat(64 * 1024));
      const more = () => {
        while (!response.destroyed && response.write(piece));
      };
      response.on("drain", more);
      more();
      break;
    }
    default:
      behaviour satisfies never;
  }
}
