import type { Dispatcher } from "undici";

/**
 * Reads an answer.
 * @returns undefined for 404, 410 and 204: there is nothing of that key.
 * @throws saying what came instead of JSON; never with the answer's text, which may be personal data.
 */
export async function readJson({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<unknown> {
  if (statusCode === 404 || statusCode === 410 || statusCode === 204) {
    await body.dump();
    return undefined;
  }
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`the server answers ${statusCode}${hints[statusCode] ?? ""}`);
  }
  const type = String(headers["content-type"] ?? "");
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    await body.dump();
    throw new Error(`the answer is ${type === "" ? "of no content type" : type.split(";")[0]}, not application/json`);
  }
  const text = await body.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the answer of ${text.length} characters is not JSON`);
  }
}

const hints: Readonly<Record<number, string>> = {
  301: ": redirects are not followed; correct the URL",
  302: ": redirects are not followed; correct the URL",
  307: ": redirects are not followed; correct the URL",
  308: ": redirects are not followed; correct the URL",
  400: ": it does not understand the request; check url, headers and body of the source",
  401: ": the credentials are missing or not accepted; check bearer or tls of the source",
  403: ": the credentials do not allow it",
  405: ": it is not asked in this way; check method of the source",
  429: ": it is asked too often; set maxInFlight or a cache for the source",
  500: ": it has an error of its own; see its log",
  502: ": what stands before it does not reach it; check that it runs",
  503: ": it takes no requests now; check that it runs",
  504: ": what stands before it gets no answer from it; check that it runs",
};
