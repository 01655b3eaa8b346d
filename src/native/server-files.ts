import type pg from "pg";
import type { NativeFiles } from "./native-database.ts";
import type { SyncQuery } from "./sync-query.ts";

/**
 * Files of a server that may be on another machine or in a container, reached through the server itself: read by its own functions,
 * written by programs that a superuser may run (COPY … TO PROGRAM, with truncate, dd and base64 of coreutils or busybox), whose
 * working directory is the data directory. Writes wait for `flush`, in order.
 */
export function serverFiles(client: pg.Client, reader: SyncQuery): NativeFiles {
  let pending: (() => Promise<void>)[] = [];
  let commands: string[] = [];

  const program = async (input: string, command: string) => {
    await client.query(`copy (select ${client.escapeLiteral(input)}) to program ${client.escapeLiteral(command)}`);
  };
  /** Commands that need no input are sent together. */
  const queueCommands = () => {
    const batch = commands;
    commands = [];
    // Its input must be read, or the server finds the pipe broken.
    if (batch.length > 0) pending.push(() => program("", `cat > /dev/null && ${batch.join(" && ")}`));
  };
  const command = (text: string) => {
    commands.push(text);
    if (commands.length >= commandsTogether) queueCommands();
  };

  return {
    size(path) {
      const size = reader.row("select size::float8 from pg_stat_file($1, true)", [path])?.[0];
      return typeof size === "number" ? size : null;
    },
    read(path, from, length) {
      const bytes = reader.row("select pg_read_binary_file($1, $2, $3)", [path, from, length])?.[0];
      return bytes instanceof Uint8Array ? new Uint8Array(bytes) : new Uint8Array(0);
    },
    write(path, bytes) {
      queueCommands();
      const text = Buffer.from(bytes).toString("base64");
      pending.push(() => program(text, `base64 -d | dd of=${checked(path)} conv=notrunc bs=8192 2> /dev/null`));
    },
    truncate: (path, length) => command(`truncate -s ${Math.round(length)} ${checked(path)}`),
    remove: (path) => command(`rm -f ${checked(path)}`),
    async flush() {
      queueCommands();
      const work = pending;
      pending = [];
      for (const each of work) await each();
    },
  };
}

/** A command line may be 128 kB long. */
const commandsTogether = 500;

/** Paths are PostgreSQL's own, such as base/5/16384.1: nothing else may reach a shell. */
function checked(path: string): string {
  if (!/^[\w./]+$/.test(path)) throw new RangeError(`not a relation's path: ${path}`);
  return path;
}
