/** A small catalogue with a feature of every type and origin. */
export const catalogueText = JSON.stringify({
  $schema: "./schema/features.json",
  sources: {
    customer_spend: { kind: "aggregate", key: ["customer_id"], value: "amount", retain: "30d" },
    customers: { kind: "table", key: ["customer_id"], description: "Filled every night." },
  },
  lists: {
    mules: { kind: "redis", key: "list:mules", description: "Kept by the bank's fraud desk." },
  },
  features: {
    customer_id: { from: "request", path: "customer_id", type: "string", required: true },
    amount: { from: "request", path: "amount", type: "double", description: "Amount of the purchase." },
    home: { from: "customers", path: "home", type: "string", description: "Latitude and longitude." },
    is_night: { expr: "occurred_at.getHours() <= 6", type: "boolean" },
    customer_tx_count_1d: { from: "customer_spend", aggregate: "count", window: "1d", description: "Purchases today." },
    customer_avg_amount_7d: { from: "customer_spend", aggregate: "mean", window: "7d", type: "double" },
  },
});
