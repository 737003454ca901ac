import { DuckDBInstance } from "@duckdb/node-api";
import type { Transaction } from "../../../src/simulate/simulate.ts";

/** A transaction without the generator's secret. */
export type Purchase = Omit<Transaction, "scenario">;

/** Purchases in a DuckDB table: replayed to the engine from there, and read there by the definitions in SQL. */
export interface Events {
  /** How many there are, and how many of them are decided. */
  readonly count: number;
  readonly decidedCount: number;
  /** All of them in time order, one list for each stretch of time, also where nothing happened. */
  steps(stepMs: number): AsyncIterable<readonly PlannedPurchase[]>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  close(): void;
}

export interface PlannedPurchase extends Purchase {
  /** Decided; the others are recorded. */
  readonly decided: boolean;
}

/** `position` is the order of arrival among purchases at the same millisecond. */
const columns = `request_id VARCHAR, position INTEGER, occurred_ms BIGINT, customer_id VARCHAR, terminal_id VARCHAR,
  amount DOUBLE, fraud BOOLEAN, decided BOOLEAN`;

/** @param decidedFromMs what happened from then on is decided */
export async function fromPurchases(purchases: Iterable<Purchase>, decidedFromMs: number): Promise<Events> {
  const connection = await connect();
  await connection.run(`CREATE TABLE events (${columns})`);
  const appender = await connection.createAppender("events");
  let position = 0;
  for (const { requestId, occurredAtMs, customerId, terminalId, amount, fraud } of purchases) {
    appender.appendVarchar(requestId);
    appender.appendInteger(position++);
    appender.appendBigInt(BigInt(occurredAtMs));
    appender.appendVarchar(customerId);
    appender.appendVarchar(terminalId);
    appender.appendDouble(amount);
    appender.appendBoolean(fraud);
    appender.appendBoolean(occurredAtMs >= decidedFromMs);
    appender.endRow();
  }
  appender.closeSync();
  return await eventsIn(connection);
}

export interface ParquetRange {
  /** A file of card transactions: `transaction_id, occurred_at, customer_id, terminal_id, amount, fraud`. */
  readonly file: string;
  readonly historyFromMs: number;
  /** From here on purchases are decided. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Decide only so many, chosen by a hash of their ids; default: all. */
  readonly sample?: number;
}

/** Request ids are `tx-<transaction_id>`. */
export async function fromParquet({ file, historyFromMs, fromMs, untilMs, sample }: ParquetRange): Promise<Events> {
  const connection = await connect();
  await connection.run(
    `CREATE TABLE events AS
      SELECT 'tx-' || transaction_id AS request_id, transaction_id AS position, epoch_ms(occurred_at) AS occurred_ms,
        customer_id::VARCHAR AS customer_id, terminal_id::VARCHAR AS terminal_id, amount, fraud = 1 AS fraud,
        occurred_ms >= $fromMs AS decided
      FROM read_parquet($file) WHERE occurred_ms >= $historyFromMs AND occurred_ms < $untilMs`,
    { file, historyFromMs, fromMs, untilMs },
  );
  if (sample !== undefined) {
    // What moves no money is answered by the gate, without features.
    await connection.run(
      `UPDATE events SET decided = false WHERE decided AND position NOT IN
        (SELECT position FROM events WHERE decided AND amount > 0 ORDER BY hash(position), position LIMIT ${sample})`,
    );
  }
  return await eventsIn(connection);
}

type Connection = Awaited<ReturnType<typeof connect>>;

async function connect() {
  return await (await DuckDBInstance.create()).connect();
}

async function eventsIn(connection: Connection): Promise<Events> {
  const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
  const [totals] = (await query(
    `SELECT count(*)::INTEGER AS count, count(*) FILTER (decided)::INTEGER AS decided,
      min(occurred_ms)::DOUBLE AS first, max(occurred_ms)::DOUBLE AS last FROM events`,
  )) as [{ count: number; decided: number; first: number; last: number }];
  return {
    count: totals.count,
    decidedCount: totals.decided,
    async *steps(stepMs) {
      for (let ms = totals.first - (totals.first % stepMs); ms <= totals.last; ms += stepMs) {
        yield (await query(
          `SELECT request_id AS "requestId", occurred_ms::DOUBLE AS "occurredAtMs", customer_id AS "customerId",
            terminal_id AS "terminalId", amount, fraud, decided
          FROM events WHERE occurred_ms >= ${ms} AND occurred_ms < ${ms + stepMs} ORDER BY occurred_ms, position`,
        )) as unknown as PlannedPurchase[];
      }
    },
    query,
    close: () => connection.closeSync(),
  };
}
