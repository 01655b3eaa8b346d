import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { pgmlChat } from "../../src/inference/pgml-chat.ts";

let database: PGlite;
beforeAll(async () => {
  database = await PGlite.create();
});
afterAll(() => database.close());

const session = (): SqlSession => ({
  query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
    (await database.query<Row>(sql, parameters ? [...parameters] : [])).rows,
  close: async () => {},
});
/** A `pgml.transform` that answers so: what PostgresML gives for text-generation, by its documentation. */
const transform = (body: string) =>
  database.exec(`drop schema if exists pgml cascade; create schema pgml; create table pgml.asked (task jsonb, args jsonb, inputs text[]);
    create function pgml.transform(task jsonb, args jsonb, inputs text[], cache boolean) returns jsonb language plpgsql as $f$
    begin insert into pgml.asked values (task, args, inputs); ${body} end $f$`);

const schema = z.strictObject({ answer: z.enum(["yes", "no"]) });
const question = [{ role: "user" as const, content: "Is it?" }];
const ask = async () => (await pgmlChat(session(), "some/model")).complete(question, { schema, maxTokens: 50 });

describe("pgml.transform", () => {
  test("is asked for text of the model, and its answer read", async () => {
    await transform(`return '[[{"generated_text": "{\\"answer\\":\\"yes\\"}"}]]'::jsonb;`);
    expect(await ask()).toMatchObject({ kind: "answered", value: { answer: "yes" }, usage: { requests: 1 } });
    const { rows } = await database.query<{ task: object; args: object; inputs: string[] }>("select * from pgml.asked");
    expect(rows[0]).toMatchObject({ task: { task: "text-generation", model: "some/model" }, args: { max_new_tokens: 50 } });
    expect(rows[0]!.inputs[0]).toContain("user: Is it?");
  });

  test("that gives the question back before its answer is understood", async () => {
    await transform(`return jsonb_build_array(jsonb_build_array(jsonb_build_object('generated_text', inputs[1] || ' {"answer":"no"}')));`);
    expect(await ask()).toMatchObject({ kind: "answered", value: { answer: "no" } });
  });

  test("that says something else is told so once", async () => {
    await transform(`return '[[{"generated_text": "perhaps"}]]'::jsonb;`);
    expect(await ask()).toMatchObject({ kind: "unusable", why: "the answer holds no JSON object", usage: { requests: 2 } });
  });

  test("that fails is one clear error with its SQLSTATE", async () => {
    await transform("raise exception 'no such model: secret' using errcode = 'XX000';");
    await expect(ask()).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringMatching(/^(?!.*secret).*SQLSTATE XX000/),
    });
  });

  test("that is not there is one clear error", async () => {
    await database.exec("drop schema if exists pgml cascade");
    await expect(ask()).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE", message: expect.stringContaining("has no pgml.transform") });
  });
});
