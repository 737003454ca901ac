import { celEnv, isCelError, isCelList, isCelMap, isCelType, isCelUint, parse, plan } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import type { CelLibrary } from "../library.ts";
import { type Shown, show } from "../values.ts";

const environment = celEnv({ funcs: strings });

/** `@bufbuild/cel` with its functions for texts; its checker is not among what it exports. */
export const bufbuildCel: CelLibrary = {
  name: "@bufbuild/cel",
  checks: false,
  tellsNumbersApart: true,
  compile(expression) {
    const program = plan(environment, parse(expression));
    return {
      type: undefined,
      evaluate(bindings) {
        const result = program(bindings);
        if (isCelError(result)) throw result;
        return result;
      },
    };
  },
  show: showValue,
  offsetOf: (error) => (error as { location?: { start: { offset: number } } }).location?.start.offset,
};

/** A protobuf message behind its reflection. */
interface Message {
  readonly message: { readonly $typeName: string; readonly seconds: bigint; readonly nanos: number };
}

function showValue(value: unknown): Shown {
  if (typeof value === "bigint") return show.int(value);
  if (typeof value === "number") return show.double(value);
  if (typeof value === "string") return show.string(value);
  if (typeof value === "boolean") return show.bool(value);
  if (value === null) return show.null();
  if (value instanceof Uint8Array) return show.bytes(value);
  if (isCelUint(value)) return show.uint(value.value);
  if (isCelList(value)) return show.list([...value].map(showValue));
  if (isCelMap(value)) return show.map([...value].map(([key, item]) => [showValue(key), showValue(item)]));
  if (isCelType(value)) return show.type(value.name);
  const { $typeName, seconds, nanos } = (value as Message).message;
  return $typeName.endsWith("Timestamp") ? show.timestamp(seconds, nanos) : show.duration(seconds, nanos);
}
