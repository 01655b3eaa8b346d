/** A place to run SQL, already bounded and, for a user's server, read-only. */
export interface SqlSession {
  /** Rows as objects keyed by column name. Throws the driver's error with its SQLSTATE in `code`. */
  query<Row extends object = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}
