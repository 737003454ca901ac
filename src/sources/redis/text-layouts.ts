import { isUtf8 } from "node:buffer";
import { type FeatureType, type Fetched, Missing } from "../../domain/feature.ts";
import { parsePath } from "../../domain/path.ts";
import { takeJson } from "../convert-json.ts";
import { convert, Unfit } from "../table/convert.ts";
import type { Render } from "../template.ts";
import type { Layout } from "./layout.ts";

/** A hash with a field for each feature, its values as text. */
export function hashLayout(makeKey: Render, maxValueBytes: number): Layout {
  return {
    prepare(features) {
      const fields = features.map(({ path }) => path);
      return {
        read: (key) => ({ name: "hmget", args: [makeKey(key), ...fields], values: fields.length }),
        take: (values) => features.map(({ type }, at) => fromText(values[at]!, type, maxValueBytes)),
      };
    },
  };
}

/** A string that is the value itself, as text. */
export function stringLayout(makeKey: Render, maxValueBytes: number): Layout {
  return {
    prepare: (features) => ({
      read: (key) => ({ name: "get", args: [makeKey(key)], values: undefined }),
      take: ([value]) => features.map(({ type }) => fromText(value!, type, maxValueBytes)),
    }),
  };
}

/** A string that is JSON. */
export function jsonLayout(makeKey: Render, maxValueBytes: number): Layout {
  return {
    prepare(features) {
      const wanted = features.map(({ path, type }) => ({ steps: parsePath(path) ?? [], type }));
      return {
        read: (key) => ({ name: "get", args: [makeKey(key)], values: undefined }),
        take([value]) {
          const parsed = parseJson(value!, maxValueBytes);
          return wanted.map((feature) => takeJson(parsed, feature));
        },
      };
    },
  };
}

function fromText(value: Buffer | null, type: FeatureType, maxBytes: number): Fetched {
  if (value === null) return Missing.not_found;
  if (value.length > maxBytes || !isUtf8(value)) return Missing.error;
  const converted = convert(type, value.toString());
  return converted instanceof Unfit ? Missing.error : converted;
}

function parseJson(value: Buffer | null, maxBytes: number): unknown {
  if (value === null) return undefined;
  if (value.length > maxBytes)
    throw new Error(`the value of ${value.length} bytes is larger than maxValueBytes, ${maxBytes}`);
  if (!isUtf8(value)) throw new Error(`the value of ${value.length} bytes is not UTF-8, so it is no JSON`);
  try {
    return JSON.parse(value.toString());
  } catch {
    throw new Error(`the value of ${value.length} bytes is not JSON: write JSON, or set another layout`);
  }
}
