import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore, readStore } from "../../src/wire-store.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-places-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("where a store is", () => {
  test("a folder's store is made by who writes, not by who reads", async () => {
    const place = join(folder, "made");
    expect(await readStore({ place })).toBeNull();
    await (await openStore({ place })).close();
    const store = await readStore({ place });
    expect(store?.description).toBe(join(place, "store.plansmith"));
    await store?.close();
  });

  test("no place means the state directory of the user", async () => {
    const before = process.env.XDG_STATE_HOME;
    process.env.XDG_STATE_HOME = join(folder, "state");
    try {
      const store = await openStore({ place: null });
      expect(store.description).toBe(join(folder, "state", "plansmith", "store.plansmith"));
      await store.close();
    } finally {
      if (before === undefined) delete process.env.XDG_STATE_HOME;
      else process.env.XDG_STATE_HOME = before;
    }
  });

  test.each([
    ["an empty text", "  ", "INPUT_INVALID"],
    ["another kind of database", "mysql://me:secret@host/db", "INPUT_INVALID"],
    ["a server that is not there", "postgres://me:secret@127.0.0.1:1/db?sslmode=disable", "CONNECTION_FAILED"],
  ])("%s is refused without its password", async (_, place, code) => {
    for (const open of [openStore, readStore]) {
      const error = await open({ place }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code });
      expect((error as Error).message).not.toContain("secret");
    }
  });

  test("a file where the folder should be is refused", async () => {
    const place = join(folder, "file");
    await writeFile(place, "");
    await expect(openStore({ place })).rejects.toMatchObject({ code: "PERMISSION_DENIED", message: expect.stringContaining(place) });
  });
});
