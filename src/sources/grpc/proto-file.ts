import { accessSync } from "node:fs";
import path from "node:path";
import protobuf from "protobufjs";
import type { GrpcEntry } from "./entry.ts";
import { findMethod, type UnaryMethod } from "./method.ts";
import { Misfit } from "./misfit.ts";

type EntryWithProto = GrpcEntry & { readonly proto: string };

export function hasProto(entry: GrpcEntry): entry is EntryWithProto {
  return entry.proto !== undefined;
}

/** What entries were found to call: an entry, and its paths, are checked and opened with one reading of the file. */
const known = new WeakMap<GrpcEntry, UnaryMethod | Misfit>();

/**
 * The method of an entry that names a proto.
 * @param folder from which a relative path of the file goes.
 * @throws {Misfit} if the file does not load or has no such method.
 */
export function methodOfProto(entry: EntryWithProto, folder: string): UnaryMethod {
  const method = known.get(entry) ?? readMethod(entry, folder);
  known.set(entry, method);
  if (method instanceof Misfit) throw method;
  return method;
}

function readMethod({ proto, method }: EntryWithProto, folder: string): UnaryMethod | Misfit {
  try {
    return findMethod(loadProto(path.resolve(folder, proto)), method);
  } catch (error) {
    if (error instanceof Misfit) return error;
    const { message } = error as Error;
    return new Misfit(
      `the proto cannot be read: ${message.replaceAll(folder + path.sep, "")}`,
      "correct the file, or its path",
    );
  }
}

/** Imports are looked for beside the file; `google/protobuf/…` is always there. */
function loadProto(file: string): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => path.resolve(path.dirname(file), target);
  accessSync(file);
  root.loadSync(file, { keepCase: true }).resolveAll();
  return root;
}
