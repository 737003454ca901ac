import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Server, ServerCredentials, type ServerDuplexStream, type UntypedServiceImplementation } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor/index.js";
import { cleanUp } from "../../support/clean-up.ts";
import { freePort } from "../../support/faults/free-port.ts";
import { until } from "../../support/until.ts";
import { type Handler, openSource, protoPath, type ServerOptions, startServer, type TestServer } from "./support.ts";

const features = [
  { path: "risk", type: "double" },
  { path: "limits.day.units", type: "integer" },
] as const;
const answerGood: Handler = (_, answer) => answer(null, { risk: 0.5, limits: { day: { units: 5 } } });

/** Descriptors by protoc 35.1: `protoc --include_imports --descriptor_set_out=issuer.binpb issuer.proto`. */
const { file: files } = descriptor.FileDescriptorSet.decode(readFileSync(protoPath("issuer.binpb"))) as unknown as {
  file: { name: string }[];
};

type Reflect = (request: { fileByFilename?: string; fileContainingSymbol?: string }) => object | undefined;

/** Serves `grpc.reflection.v1alpha` alone, answering as told. */
function addOldReflection({ server }: TestServer, reflect: Reflect): void {
  const folder = new URL("../../../proto/grpc/reflection/v1/reflection.proto", import.meta.url);
  const root = new protobuf.Root().loadSync(folder.pathname);
  const Request = root.lookupType("ServerReflectionRequest");
  const Response = root.lookupType("ServerReflectionResponse");
  const ServerReflectionInfo = {
    path: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    requestStream: true,
    responseStream: true,
    requestDeserialize: (bytes: Buffer) => Request.decode(bytes),
    requestSerialize: (request: object) => Buffer.from(Request.encode(request).finish()),
    responseSerialize: (response: object) => Buffer.from(Response.encode(response).finish()),
    responseDeserialize: (bytes: Buffer) => Response.decode(bytes),
  };
  server.addService({ ServerReflectionInfo }, {
    ServerReflectionInfo(call: ServerDuplexStream<Parameters<Reflect>[0], object>) {
      call.on("data", (request: Parameters<Reflect>[0]) => {
        const answer = reflect(request);
        if (answer !== undefined) call.write(answer);
      });
      call.on("end", () => call.end());
    },
  } as unknown as UntypedServiceImplementation);
}

function answerWith(name: string | undefined): object {
  const file = files.find((each) => each.name === name);
  if (file === undefined) return { errorResponse: { errorCode: 5 } };
  return { fileDescriptorResponse: { fileDescriptorProto: [descriptor.FileDescriptorProto.encode(file).finish()] } };
}

describe("reflection for a grpc source", () => {
  const clean = cleanUp();
  const start = (options: ServerOptions = {}) => startServer(clean, answerGood, options);

  it("is asked for once, whatever the number of fetches", async () => {
    const server = await start({ reflection: false });
    let asked = 0;
    addOldReflection(server, ({ fileByFilename, fileContainingSymbol }) => {
      if (fileContainingSymbol !== "") asked += 1;
      return answerWith(fileContainingSymbol === "issuer.v1.Cards" ? "issuer.proto" : fileByFilename);
    });
    const source = openSource(clean, { address: server.address }, features);
    const answers = await Promise.all([1, 2, 3].map(() => source.fetch()));
    answers.push(await source.fetch());
    assert.deepEqual(answers, Array(4).fill({ status: "OK", values: [0.5, 5] }));
    assert.equal(asked, 1);
  });

  it("says what to do where the server does not describe itself, or not the method", async () => {
    const silent = await start({ reflection: false });
    await assert.rejects(
      openSource(clean, { address: silent.address }, features).fetch(),
      /the server does not describe itself \(reflection\); name its proto in the source/,
    );
    const other = await start();
    await assert.rejects(
      openSource(clean, { address: other.address, method: "issuer.v1.Crads/Get" }, features).fetch(),
      /the server does not describe issuer\.v1\.Crads \(reflection\); check method/,
    );
    await assert.rejects(
      openSource(clean, { address: other.address, method: "issuer.v1.Cards/Gett" }, features).fetch(),
      /the service issuer\.v1\.Cards has no method "Gett"; did you mean "Get"\?/,
    );
    const endless = await start({ reflection: false });
    addOldReflection(endless, () => answerWith("issuer.proto"));
    await assert.rejects(
      openSource(clean, { address: endless.address }, features).fetch(),
      /describes itself \(reflection\) without end/,
    );
  });

  it("is tried again: a source opens and fails fast while its server is down, and answers when it is up", async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const source = openSource(clean, { address }, features);
    await assert.rejects(source.fetch(), /answers UNAVAILABLE: nobody listens at its address \(ECONNREFUSED\)/);
    await assert.rejects(source.fetch(), /ECONNREFUSED/);
    await start({ address });
    await until(() =>
      source.fetch().then(
        ({ status }) => status === "OK",
        () => false,
      ),
    );
  });

  it("holds no fetch that is not awaited any more", async () => {
    const deaf = new Server();
    const port = await new Promise<number>((resolve) =>
      deaf.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, bound) => resolve(bound)),
    );
    clean.later(() => deaf.forceShutdown());
    addOldReflection({ server: deaf } as TestServer, () => undefined);
    const source = openSource(clean, { address: `127.0.0.1:${port}` }, features);
    const controller = new AbortController();
    const pending = source.fetch(["c1"], { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(pending, { name: "AbortError" });
  });
});
