import type { SourceKey } from "../../domain/event.ts";
import type { FeatureValue } from "../../domain/feature.ts";
import { compileBody } from "../body.ts";
import { compileTemplate, encodeAscii, type TemplateScope } from "../template.ts";
import type { HttpEntry } from "./entry.ts";

/** What is sent for one fetch. */
interface HttpRequest {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

export interface PreparedRequest {
  /** `scheme://host:port`, the same for all fetches. */
  readonly origin: string;
  readonly method: "GET" | "POST";
  make(key: SourceKey): HttpRequest;
}

/**
 * Prepares the requests of an entry. Values are encoded for where they stand, so that none can change the path's
 * structure, add a parameter, or end a header.
 * @throws if a variable is not set or the URL is none.
 */
export function prepareRequest(
  entry: HttpEntry,
  { features, variable }: Pick<TemplateScope, "features" | "variable">,
): PreparedRequest {
  const { url, method = "GET", headers = {}, body } = entry;
  const whole = compileTemplate(url, { features, variable, encode: encodeSegment });
  const { origin } = parseUrl(whole(features.map(() => "x")));
  const made = Object.entries(headers).map(
    ([name, text]) => [name.toLowerCase(), compileTemplate(text, { features, variable, encode: encodeAscii })] as const,
  );
  const makeBody = body === undefined ? undefined : compileBody(body, { features, variable });
  return {
    origin,
    method,
    make(key) {
      const { pathname, search } = new URL(whole(key));
      const filled: Record<string, string> = { accept: "application/json" };
      for (const [name, render] of made) filled[name] = render(key);
      if (makeBody !== undefined) filled["content-type"] = "application/json";
      return {
        path: pathname + search,
        headers: filled,
        body: makeBody === undefined ? null : JSON.stringify(makeBody(key)),
      };
    },
  };
}

/** @throws saying what is wrong; never with the text, which may hold a password. */
function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null)
    throw new Error("what url and its variables make is no URL: write http://host[:port]/path, or https://");
  if (!/^https?:$/.test(url.protocol)) throw new Error("the URL must begin with http:// or https://");
  return url;
}

/** Dots alone mean "this" and "the parent" in a path, however they are encoded. */
function encodeSegment(value: FeatureValue): string {
  const text = String(value);
  if (text === "." || text === "..") throw new Error("a value of dots alone cannot stand in a URL");
  return encodeURIComponent(text);
}
