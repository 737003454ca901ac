import type { FeatureDocument } from "../../features/catalogue-schema.ts";

const longestExpression = 120;

/** Type, origin and meaning of a feature: `integer: count over 1d of customer_spend. Purchases of the …`. */
export function describeFeature(feature: FeatureDocument, type: string): string {
  return [`${type}: ${originOf(feature)}.`, feature.description].filter((part) => part !== undefined).join(" ");
}

function originOf(feature: FeatureDocument): string {
  if ("expr" in feature) {
    const { expr } = feature;
    return `computed as ${expr.length > longestExpression ? `${expr.slice(0, longestExpression)}…` : expr}`;
  }
  if ("aggregate" in feature) {
    const { aggregate, of, window, delay, from } = feature;
    const late = delay === undefined ? "" : ` that ended ${delay} ago`;
    return `${aggregate}${of === "label" ? " of labels" : ""} over ${window}${late} of ${from}`;
  }
  return feature.from === "request" ? "from the event" : `from ${feature.from}`;
}
