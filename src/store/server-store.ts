import type { SqlSession } from "../contract/sql-session.ts";
import type { Store } from "../contract/store.ts";
import { storeOn } from "./store.ts";
import { upgrade } from "./upgrade.ts";

/** A store in a PostgreSQL of the user's, in the schema `plansmith`. The session is closed with the store. */
export async function openServerStore(session: SqlSession, description: string): Promise<Store> {
  await upgrade(session, description);
  return storeOn(session, { description, close: () => session.close() });
}
