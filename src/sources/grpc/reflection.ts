import { fileURLToPath } from "node:url";
import type { Client, ClientDuplexStream, Metadata, ServiceError } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import { RemoteError } from "../../domain/remote.ts";
import { decodeFile, type FileDescriptor, toRoot } from "./descriptors.ts";
import { failureOf } from "./failure.ts";

const proto = fileURLToPath(new URL("../../../proto/grpc/reflection/v1/reflection.proto", import.meta.url));
const messages = new protobuf.Root().loadSync(proto, { keepCase: true });
const Request = messages.lookupType("grpc.reflection.v1.ServerReflectionRequest");
const Response = messages.lookupType("grpc.reflection.v1.ServerReflectionResponse");

interface Reply {
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Uint8Array[] };
}
type Stream = ClientDuplexStream<object, Reply>;

/** The older has the same messages. */
const versions = ["grpc.reflection.v1", "grpc.reflection.v1alpha"] as const;
const filesMax = 1_000;

/**
 * Asks a server to describe one of its services, and everything that the service names.
 * @throws {RemoteError} if it cannot be had.
 */
export async function reflect(
  client: Client,
  service: string,
  { metadata, timeoutMs }: { readonly metadata: Metadata; readonly timeoutMs: number },
): Promise<protobuf.Root> {
  for (const version of versions) {
    const path = `/${version}.ServerReflection/ServerReflectionInfo`;
    const stream = openStream(client, path, metadata, timeoutMs);
    try {
      return toRoot(await filesOf(stream, service));
    } catch (error) {
      const failure = isServiceError(error) ? failureOf(error, path) : (error as Error);
      if (!(failure instanceof RemoteError) || failure.code !== "UNIMPLEMENTED") throw failure;
    } finally {
      stream.cancel();
    }
  }
  throw new RemoteError(
    "UNIMPLEMENTED",
    "the server does not describe itself (reflection); name its proto in the source",
  );
}

function openStream(client: Client, path: string, metadata: Metadata, timeoutMs: number): Stream {
  const encode = (request: object) => Buffer.from(Request.encode(request).finish());
  const decode = (bytes: Buffer) => Response.decode(bytes) as Reply;
  const stream = client.makeBidiStreamRequest(path, encode, decode, metadata, { deadline: Date.now() + timeoutMs });
  // Whoever reads is told; an error that comes after is of no interest.
  stream.on("error", () => {});
  return stream;
}

/** The file that declares the service, and all that it imports: some servers give them all at once, others one by one. */
async function filesOf(stream: Stream, service: string): Promise<FileDescriptor[]> {
  const replies = stream[Symbol.asyncIterator]() as AsyncIterator<Reply, undefined>;
  const files = new Map<string, FileDescriptor>();
  const ask = async (request: object) => {
    stream.write(request);
    const { value } = await replies.next();
    const found = value?.file_descriptor_response?.file_descriptor_proto;
    if (found === undefined)
      throw new RemoteError(
        "NOT_FOUND",
        `the server does not describe ${service} (reflection); check method of the source`,
      );
    for (const bytes of found) {
      const file = decodeFile(bytes);
      files.set(file.name, file);
    }
  };
  await ask({ file_containing_symbol: service });
  for (;;) {
    const missing = [...files.values()].flatMap(({ dependency }) => dependency).find((name) => !files.has(name));
    if (missing === undefined) return [...files.values()];
    const before = files.size;
    await ask({ file_by_filename: missing });
    if (files.size === before || files.size > filesMax)
      throw new RemoteError(
        "INTERNAL",
        "the server describes itself (reflection) without end; name its proto in the source",
      );
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error;
}
