import type { FeatureType } from "../../domain/feature.ts";
import { featureAlone } from "../body.ts";
import { parseTemplate } from "../template.ts";
import type { UnaryMethod } from "./method.ts";
import { type ReportMisfit, toMessage } from "./request.ts";
import { Unknown } from "./scalar.ts";

/** Reports what of an entry's `request` the method never takes, whatever values the features will have. */
export function checkRequest(
  { input }: UnaryMethod,
  request: unknown,
  types: ReadonlyMap<string, FeatureType>,
  report: ReportMisfit,
): void {
  toMessage(input, withUnknown(request, types), report, ["request"]);
}

/** The request with what is known of its texts before a fetch. */
function withUnknown(body: unknown, types: ReadonlyMap<string, FeatureType>): unknown {
  if (typeof body === "string") {
    const feature = featureAlone(body);
    if (feature !== undefined) return new Unknown(types.get(feature));
    const isFixed = parseTemplate(body)?.every(({ kind }) => kind === "text") ?? false;
    return isFixed ? body : new Unknown("string");
  }
  if (Array.isArray(body)) return body.map((item) => withUnknown(item, types));
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, item]) => [name, withUnknown(item, types)]));
}
