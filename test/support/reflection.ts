import { createRequire } from "node:module";
import path from "node:path";
import {
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer, loadSync } from "@grpc/proto-loader";
import type { CleanUp } from "./clean-up.ts";

interface Reply {
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Buffer[] };
}

const folder = path.dirname(createRequire(import.meta.url).resolve("@grpc/reflection/package.json"));
const proto = loadSync(path.join(folder, "build/proto/grpc/reflection/v1/reflection.proto"), { keepCase: true });

/** Asks a server about itself (grpc.reflection.v1), as grpcurl would. */
export function reflection(clean: CleanUp, address: string) {
  const { grpc } = loadPackageDefinition(proto) as unknown as {
    grpc: { reflection: { v1: { ServerReflection: ServiceClientConstructor } } };
  };
  const client = new grpc.reflection.v1.ServerReflection(address, credentials.createInsecure());
  clean.later(() => client.close());
  const ask = (request: object): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const open = client.ServerReflectionInfo as () => ClientDuplexStream<object, Reply>;
      const call = open.call(client);
      call.on("error", reject).on("data", resolve);
      call.write(request);
      call.end();
    });
  return {
    async services(): Promise<string[]> {
      const { list_services_response: listed } = await ask({ list_services: "" });
      return listed?.service.map(({ name }) => name) ?? [];
    },
    /** The names of a service's methods. */
    async methods(service: string): Promise<string[]> {
      const { file_descriptor_response: file } = await ask({ file_containing_symbol: service });
      // A FileDescriptorSet is its files one after the other, each as field 1.
      const set = Buffer.concat((file?.file_descriptor_proto ?? []).flatMap((bytes) => [lengthPrefix(bytes), bytes]));
      return Object.keys(loadFileDescriptorSetFromBuffer(set)[service] ?? {});
    },
  };
}

function lengthPrefix(bytes: Buffer): Buffer {
  const prefix = [0x0a];
  for (let rest = bytes.length; ; rest >>= 7) {
    if (rest < 128) return Buffer.from([...prefix, rest]);
    prefix.push((rest & 127) | 128);
  }
}
