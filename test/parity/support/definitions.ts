import type { Events } from "./events.ts";

/** One event's features by name, and its `request_id`; null where there is none. */
export type FeatureRow = Readonly<Record<string, number | boolean | string | null>>;

/** Means and ratios: equal but for rounding. All others are exact. */
export const isInexact = (feature: string): boolean => /_avg_|_risk_|usual|_to_/.test(feature);

const dayMs = 86_400_000;
const secondMs = 1_000;

/** Those of the last so many days: older than t − days, and exactly as old, are out. */
const last = (days: number): string => `FILTER (WHERE age < ${days * dayMs})`;

/** Those of the so many days that ended a while ago. */
const before = (agoMs: number, days: number): string =>
  `FILTER (WHERE age >= ${agoMs} AND age < ${agoMs + days * dayMs})`;

/**
 * The features of the decided events that the gate lets through, in SQL written from what the features mean (Fraud Detection
 * Handbook, chapter 3, "Baseline feature transformation", and the descriptions in the catalogue) and not from how the
 * catalogue computes them: each event is joined with all that it may know of. Times and ages are milliseconds, in UTC.
 *
 * A customer's window is (t − W, t], the event itself included, and of events at the same time those that arrived before
 * it. A terminal's is (t − 7d − W, t − 7d], for labels come 7 days late: its ages count from there.
 */
const definitions = `
  WITH asked AS (SELECT *, make_timestamp_ms(occurred_ms) AS occurred_at FROM events WHERE decided AND amount > 0),
  of_customer AS (
    SELECT asked.request_id, known.amount, asked.occurred_ms - known.occurred_ms AS age
    FROM asked JOIN events known ON known.customer_id = asked.customer_id
      AND (known.occurred_ms, known.decided, known.position) <= (asked.occurred_ms, asked.decided, asked.position)
  ),
  customer AS (
    SELECT request_id,
      count(*) ${last(1)}::INTEGER AS customer_tx_count_1d,
      count(*) ${last(7)}::INTEGER AS customer_tx_count_7d,
      count(*) ${last(30)}::INTEGER AS customer_tx_count_30d,
      avg(amount) ${last(1)} AS customer_avg_amount_1d,
      avg(amount) ${last(7)} AS customer_avg_amount_7d,
      avg(amount) ${last(30)} AS customer_avg_amount_30d,
      max(amount) ${last(3)} AS customer_max_amount_3d,
      max(amount) ${last(7)} AS customer_max_amount_7d,
      max(amount) ${last(14)} AS customer_max_amount_14d,
      max(amount) ${before(secondMs, 7)} AS customer_prior_max_amount_7d,
      max(amount) ${before(secondMs, 14)} AS customer_prior_max_amount_14d,
      avg(amount) ${before(secondMs, 30)} AS customer_prior_avg_amount_30d,
      avg(amount) ${before(7 * dayMs, 30)} AS customer_avg_amount_30d_before_7d,
      avg(amount) ${before(14 * dayMs, 45)} AS customer_usual_amount
    FROM of_customer GROUP BY request_id
  ),
  at_terminal AS (
    SELECT asked.request_id, known.fraud::INTEGER AS fraud, asked.occurred_ms - known.occurred_ms - ${7 * dayMs} AS age
    FROM asked LEFT JOIN events known ON known.terminal_id = asked.terminal_id
      AND known.occurred_ms <= asked.occurred_ms - ${7 * dayMs}
  ),
  terminal AS (
    SELECT request_id,
      count(*) ${last(1)}::INTEGER AS terminal_tx_count_1d,
      count(*) ${last(7)}::INTEGER AS terminal_tx_count_7d,
      count(*) ${last(30)}::INTEGER AS terminal_tx_count_30d,
      coalesce(avg(fraud) ${last(1)}, 0) AS terminal_risk_1d,
      coalesce(avg(fraud) ${last(3)}, 0) AS terminal_risk_3d,
      coalesce(avg(fraud) ${last(5)}, 0) AS terminal_risk_5d,
      coalesce(avg(fraud) ${last(7)}, 0) AS terminal_risk_7d,
      coalesce(avg(fraud) ${last(14)}, 0) AS terminal_risk_14d,
      coalesce(avg(fraud) ${last(22)}, 0) AS terminal_risk_22d,
      coalesce(avg(fraud) ${last(30)}, 0) AS terminal_risk_30d,
      coalesce(sum(fraud) ${last(7)}, 0)::INTEGER AS terminal_fraud_count_7d,
      coalesce(sum(fraud) ${last(21)}, 0)::INTEGER AS terminal_fraud_count_21d,
      coalesce(sum(fraud) ${last(30)}, 0)::INTEGER AS terminal_fraud_count_30d,
      coalesce(sum(fraud) ${before(21 * dayMs, 9)}, 0)::INTEGER AS terminal_old_fraud_count_9d,
      coalesce(min(fraud) ${last(1)}, -1)::INTEGER AS terminal_least_label_1d,
      coalesce(min(fraud) ${last(3)}, -1)::INTEGER AS terminal_least_label_3d,
      coalesce(min(fraud) ${last(7)}, -1)::INTEGER AS terminal_least_label_7d
    FROM at_terminal GROUP BY request_id
  )
  SELECT request_id, amount,
    dayofweek(occurred_at) IN (0, 6) AS is_weekend,
    hour(occurred_at) <= 6 AS is_night,
    customer.* EXCLUDE (request_id),
    terminal.* EXCLUDE (request_id),
    amount / nullif(customer_usual_amount, 0) AS amount_to_usual,
    amount / nullif(customer_avg_amount_30d_before_7d, 0) AS amount_to_avg_30d_before_7d,
    amount / nullif(customer_prior_avg_amount_30d, 0) AS amount_to_prior_avg_30d,
    customer_max_amount_3d / nullif(customer_usual_amount, 0) AS customer_max_3d_to_usual,
    customer_max_amount_7d / nullif(customer_usual_amount, 0) AS customer_max_7d_to_usual,
    customer_max_amount_14d / nullif(customer_usual_amount, 0) AS customer_max_14d_to_usual,
    customer_prior_max_amount_7d / nullif(customer_usual_amount, 0) AS customer_prior_max_7d_to_usual,
    customer_prior_max_amount_14d / nullif(customer_usual_amount, 0) AS customer_prior_max_14d_to_usual
  FROM asked JOIN customer USING (request_id) JOIN terminal USING (request_id)
  ORDER BY request_id`;

/** The definitions' answers, one row for each decided event that moves money. */
export async function featuresBySql(events: Events): Promise<FeatureRow[]> {
  return (await events.query(definitions)) as FeatureRow[];
}
