import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor/index.js";

const { MapField, Namespace, Type } = protobuf;

/** A decoded `google.protobuf.FileDescriptorProto`, as far as it is looked into here. */
export interface FileDescriptor {
  readonly name: string;
  readonly package: string;
  readonly dependency: readonly string[];
  readonly messageType: readonly MessageDescriptor[];
}

interface MessageDescriptor {
  readonly name: string;
  readonly nestedType: readonly MessageDescriptor[];
  readonly options?: { readonly mapEntry?: boolean };
}

export function decodeFile(bytes: Uint8Array): FileDescriptor {
  return descriptor.FileDescriptorProto.decode(bytes) as unknown as FileDescriptor;
}

/** The types of files that name nothing outside of them. */
export function toRoot(files: readonly FileDescriptor[]): protobuf.Root {
  const { fromDescriptor } = protobuf.Root as unknown as { fromDescriptor(set: object): protobuf.Root };
  const root = fromDescriptor({ file: files });
  const entries = new Set(
    files.flatMap((file) => entriesIn(file.messageType, file.package === "" ? "" : `.${file.package}`)),
  );
  restoreMaps(root, entries);
  return root;
}

/** Full names of the types that stand for the entries of maps. */
function entriesIn(messages: readonly MessageDescriptor[], within: string): string[] {
  return messages.flatMap(({ name, nestedType, options }) => {
    const fullName = `${within}.${name}`;
    return [...(options?.mapEntry === true ? [fullName] : []), ...entriesIn(nestedType, fullName)];
  });
}

/** Descriptors have a map as a list of its entries, and protobufjs leaves it so. */
function restoreMaps(namespace: protobuf.NamespaceBase, entries: ReadonlySet<string>): void {
  for (const nested of namespace.nestedArray) if (nested instanceof Namespace) restoreMaps(nested, entries);
  if (!(namespace instanceof Type)) return;
  for (const field of [...namespace.fieldsArray]) {
    const entry = field.resolve().resolvedType;
    if (!(entry instanceof Type) || !entries.has(entry.fullName)) continue;
    const { key, value } = entry.fields;
    const type = value!.resolve().resolvedType?.fullName ?? value!.type;
    namespace.remove(field);
    namespace.add(new MapField(field.name, field.id, key!.type, type));
  }
}
