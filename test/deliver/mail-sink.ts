import { createServer, type Socket } from "node:net";

/** What a mail server was told, and how it answers the next mails. */
export interface MailSink {
  readonly url: string;
  readonly mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[];
  /** Answers to the ends of the next mails, before it says yes again. */
  readonly answers: string[];
  close(): Promise<void>;
}

/** A mail server of RFC 5321's least: takes every mail, keeps it, and never sends one. `silent`: it accepts and never says a word. */
export async function mailSink(options: { readonly silent?: boolean } = {}): Promise<MailSink> {
  const mails: MailSink["mails"] = [];
  const answers: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    if (!options.silent) converse(socket, mails, answers);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    answers,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function converse(socket: Socket, mails: MailSink["mails"], answers: string[]): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let buffer = "";
  let from = "";
  let to: string[] = [];
  let inMail = false;
  say("220 sink");
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => {
    buffer += String(chunk);
    for (;;) {
      const end = inMail ? "\r\n.\r\n" : "\r\n";
      const at = buffer.indexOf(end);
      if (at < 0) return;
      const line = buffer.slice(0, at);
      buffer = buffer.slice(at + end.length);
      if (inMail) {
        inMail = false;
        const answer = answers.shift();
        if (answer === undefined) mails.push({ from, to, text: line });
        say(answer ?? "250 taken");
        to = [];
      } else if (/^MAIL FROM:/i.test(line)) {
        from = /<(.*)>/.exec(line)![1]!;
        say("250 ok");
      } else if (/^RCPT TO:/i.test(line)) {
        to.push(/<(.*)>/.exec(line)![1]!);
        say("250 ok");
      } else if (/^DATA/i.test(line)) {
        inMail = true;
        say("354 go on");
      } else if (/^QUIT/i.test(line)) {
        say("221 bye");
        socket.end();
      } else say("250 ok");
    }
  });
}
