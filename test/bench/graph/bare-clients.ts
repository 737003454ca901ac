import { fileURLToPath } from "node:url";
import { Client, credentials, Metadata, type MethodDefinition, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { Pool } from "undici";
import type { CleanUp } from "../../support/clean-up.ts";
import { type Answer, keyFrom, type Service, services } from "../../support/thirty-two/layout.ts";

type Get = MethodDefinition<{ service: string; key: string }, Answer>;

const proto = fileURLToPath(new URL("../../support/thirty-two/lookup.proto", import.meta.url));

/** The same requests by the libraries alone, without deadlines, traces or rules: what an engine is measured against. */
export interface BareClients {
  /** One after the other, as a program without a graph would. */
  inTurn(order: string, traceId: string): Promise<void>;
  /** Each the moment its key is there. */
  asGraph(order: string, traceId: string): Promise<void>;
}

export function openBareClients(clean: CleanUp, url: string, address: string): BareClients {
  const { Get } = loadSync(proto)["thirtytwo.v1.Lookup"] as ServiceDefinition;
  const { path, requestSerialize, responseDeserialize } = Get as unknown as Get;
  const client = new Client(address, credentials.createInsecure());
  const pool = new Pool(url, { connections: 8 * services.length });
  clean.later(() => client.close());
  clean.later(() => pool.destroy());

  async function ask({ name, protocol }: Service, key: string, traceId: string): Promise<Answer> {
    const traceparent = `00-${traceId}-0000000000000001-00`;
    if (protocol === "http") {
      const { body } = await pool.request({ method: "GET", path: `/${name}/${key}`, headers: { traceparent } });
      return (await body.json()) as Answer;
    }
    const metadata = new Metadata();
    metadata.set("traceparent", traceparent);
    const asked = { service: name, key };
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, asked, metadata, (error, found) =>
        error === null ? resolve(found!) : reject(error),
      );
    });
  }

  async function askAll(order: string, traceId: string, between: (asked: Promise<Answer>) => Promise<void>) {
    const answers = new Map<string, Promise<Answer>>();
    for (const service of services) {
      const above = service.after.map((each) => answers.get(each)!);
      const answer = Promise.all(above).then((found) =>
        ask(service, found.length === 0 ? order : keyFrom(found.map(({ key }) => key)), traceId),
      );
      answers.set(service.name, answer);
      await between(answer);
    }
    await Promise.all(answers.values());
  }

  return {
    inTurn: (order, traceId) =>
      askAll(order, traceId, async (asked) => {
        await asked;
      }),
    asGraph: (order, traceId) => askAll(order, traceId, async () => {}),
  };
}
