import protobuf from "protobufjs";
import { didYouMean } from "../../domain/suggest.ts";
import { Misfit } from "./misfit.ts";

/** A method that answers one request with one response. */
export interface UnaryMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly input: protobuf.Type;
  readonly output: protobuf.Type;
}

/** `package.Service/Method`. */
export const methodPattern = /^([A-Za-z_][\w.]*)\/([A-Za-z_]\w*)$/;

/** The service of `package.Service/Method`. */
export function serviceOf(method: string): string {
  return method.slice(0, method.indexOf("/"));
}

/**
 * Finds `package.Service/Method` among descriptions.
 * @throws {Misfit} if it is not there or streams.
 */
export function findMethod(root: protobuf.Root, name: string): UnaryMethod {
  const serviceName = serviceOf(name);
  const service = root.lookup(`.${serviceName}`);
  if (!(service instanceof protobuf.Service)) {
    const known = servicesIn(root);
    throw new Misfit(`there is no service "${serviceName}"`, hint(serviceName, known, "services"));
  }
  const methodName = name.slice(serviceName.length + 1);
  const method = Object.hasOwn(service.methods, methodName) ? service.methods[methodName] : undefined;
  if (method === undefined)
    throw new Misfit(
      `the service ${serviceName} has no method "${methodName}"`,
      hint(methodName, Object.keys(service.methods), "methods"),
    );
  if (method.requestStream === true || method.responseStream === true)
    throw new Misfit(`the method ${name} streams`, "name a method that answers one request with one response");
  const { resolvedRequestType: input, resolvedResponseType: output } = method.resolve() as protobuf.Method;
  return { path: `/${name}`, input: input!, output: output! };
}

function servicesIn(namespace: protobuf.NamespaceBase): string[] {
  return namespace.nestedArray.flatMap((each) => {
    if (each instanceof protobuf.Service) return [nameOf(each)];
    return each instanceof protobuf.Namespace ? servicesIn(each) : [];
  });
}

/** `package.Type`, as it stands in a proto. */
export function nameOf({ fullName }: protobuf.ReflectionObject): string {
  return fullName.slice(1);
}

/** A near name, or all there are. */
export function hint(name: string, known: readonly string[], what: string): string {
  return didYouMean(name, known) ?? (known.length === 0 ? `it has no ${what}` : `its ${what}: ${known.join(", ")}`);
}
