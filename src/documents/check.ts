import type { TSchema } from "typebox";
import { didYouMean } from "../domain/suggest.ts";
import type { DocumentPath, Report } from "./report.ts";

/**
 * Checks a value against a JSON Schema made with TypeBox and reports every problem in words an analyst can act on.
 *
 * A general validator answers a failed `anyOf` with the errors of every branch; this one follows the branch the writer
 * meant (by a constant such as `kind`, else by the properties present), so it reports what is wrong there. It knows the
 * part of JSON Schema that our documents use: object, record, array, string, number, integer, boolean, const, enum,
 * anyOf, $ref.
 */
export function check(schema: TSchema, value: unknown, report: Report): void {
  checkNode(schema as Schema, value, [], { report, definitions: (schema as Schema).$defs ?? {} });
}

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  /** It, or a part of it, may hold a password: no message repeats it. */
  readonly secret?: boolean;
}

interface Call {
  readonly report: Report;
  /** Only whether it fits is asked: a failed union is not looked into, which keeps the cost linear. */
  readonly probing?: true;
  readonly definitions: Readonly<Record<string, Schema>>;
  /** What is looked at is within something secret. */
  readonly secret?: true;
}

function checkNode(schema: Schema, value: unknown, path: DocumentPath, call: Call): void {
  const within: Call = schema.secret === true ? { ...call, secret: true } : call;
  const inner: Call = schema.$defs ? { ...within, definitions: { ...call.definitions, ...schema.$defs } } : within;
  if (schema.$ref !== undefined) return checkNode(definition(schema.$ref, inner), value, path, inner);
  if (schema.anyOf !== undefined) return checkUnion(schema, schema.anyOf, value, path, inner);
  if (schema.const !== undefined || schema.enum !== undefined) return checkConstant(schema, value, path, inner);
  if (schema.type === undefined) return;
  if (!hasType(schema.type, value)) {
    inner.report(path, `must be ${article(schema.type)}, but is ${shownIn(inner, value)}`, fixFor(schema));
    return;
  }
  if (schema.type === "object") checkObject(schema, value as Record<string, unknown>, path, inner);
  else if (schema.type === "array") checkArray(schema, value as unknown[], path, inner);
  else if (typeof value === "string") checkString(schema, value, path, inner);
  else if (typeof value === "number") checkNumber(schema, value, path, inner);
}

function checkObject(schema: Schema, value: Record<string, unknown>, path: DocumentPath, call: Call): void {
  const properties = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) {
      call.report(path, `the property "${name}" is missing`, `add "${name}": ${describe(properties[name])}`);
    }
  }
  if (schema.minProperties !== undefined && Object.keys(value).length < schema.minProperties) {
    call.report(path, "must not be empty", "add at least one entry");
  }
  const patterns = Object.entries(schema.patternProperties ?? {});
  for (const [name, item] of Object.entries(value)) {
    const itemPath = [...path, name];
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const pattern = patterns.find(([text]) => new RegExp(text, "u").test(name));
    const itemSchema = known ?? pattern?.[1];
    if (itemSchema !== undefined) checkNode(itemSchema, item, itemPath, call);
    else if (patterns.length > 0) {
      call.report(
        itemPath,
        `"${name}" is not a name that can stand here`,
        `use a name that matches ${patterns[0]?.[0]}`,
      );
    } else {
      call.report(itemPath, `unknown property "${name}"`, call.probing ? "" : fixForUnknown(name, value, properties));
    }
  }
}

function fixForUnknown(name: string, value: object, properties: Readonly<Record<string, Schema>>): string {
  const names = Object.keys(properties);
  const absent = names.filter((each) => !Object.hasOwn(value, each));
  return didYouMean(name, absent) ?? `remove it; known here: ${names.join(", ")}`;
}

function checkArray(schema: Schema, value: readonly unknown[], path: DocumentPath, call: Call): void {
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    const missing = schema.minItems - value.length;
    call.report(
      path,
      `has ${value.length} entries, at least ${schema.minItems} are needed`,
      `add at least ${missing === 1 ? "one" : missing}`,
    );
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    call.report(path, `has ${value.length} entries, at most ${schema.maxItems} are allowed`, "split it or shorten it");
  }
  if (schema.uniqueItems === true) {
    value.forEach((item, index) => {
      const first = value.indexOf(item);
      if (first < index)
        call.report([...path, index], `${shownIn(call, item)} stands twice in the list`, "keep one of the two");
    });
  }
  if (schema.items !== undefined) {
    for (const [index, item] of value.entries()) checkNode(schema.items, item, [...path, index], call);
  }
}

function checkString(schema: Schema, value: string, path: DocumentPath, call: Call): void {
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    call.report(
      path,
      value === "" ? "must not be empty" : `must have at least ${schema.minLength} characters`,
      fixFor(schema),
    );
  }
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    call.report(path, `has ${value.length} characters, at most ${schema.maxLength} are allowed`, "shorten it");
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    call.report(path, `${call.secret === true ? "it" : shown(value)} has not the right form`, fixFor(schema));
  }
}

function checkNumber(schema: Schema, value: number, path: DocumentPath, call: Call): void {
  const { minimum, maximum, exclusiveMinimum } = schema;
  if (minimum !== undefined && value < minimum)
    call.report(path, `${value} is less than ${minimum}`, `use ${minimum} or more`);
  if (maximum !== undefined && value > maximum)
    call.report(path, `${value} is more than ${maximum}`, `use ${maximum} or less`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    call.report(path, `${value} is not more than ${exclusiveMinimum}`, `use a number over ${exclusiveMinimum}`);
  }
}

function checkConstant(schema: Schema, value: unknown, path: DocumentPath, call: Call): void {
  const allowed = schema.enum ?? [schema.const];
  if (allowed.includes(value)) return;
  const list = allowed.map((item) => JSON.stringify(item)).join(", ");
  const hint = typeof value === "string" ? didYouMean(value, allowed.map(String)) : undefined;
  call.report(path, `${shownIn(call, value)} is not known here`, hint ?? `use one of ${list}`);
}

function checkUnion(schema: Schema, branches: readonly Schema[], value: unknown, path: DocumentPath, call: Call): void {
  const resolved = branches.map((branch) => (branch.$ref === undefined ? branch : definition(branch.$ref, call)));
  const constants = resolved.map((branch) => branch.const);
  if (constants.every((constant) => constant !== undefined))
    return checkConstant({ enum: constants }, value, path, call);
  if (resolved.some((branch) => fits(branch, value, call))) return;
  if (call.probing) return call.report(path, "fits no branch", "");

  const typed = resolved.filter((branch) => branch.type !== undefined && hasType(branch.type, value));
  const meant = typed.length > 1 ? closest(typed, value as Record<string, unknown>) : typed[0];
  if (meant !== undefined && "branch" in meant)
    return reportDiscriminator(meant, value as Record<string, unknown>, path, call);
  if (meant !== undefined) {
    const stranger = strangerTo(meant, resolved, value);
    if (stranger === undefined) return checkNode(meant, value, path, call);
    const [own = "the rest"] = meant.required ?? [];
    return call.report(
      [...path, stranger],
      `"${stranger}" cannot stand beside "${own}"`,
      "keep one of the two, or put each into an object of its own",
    );
  }
  const types = [...new Set(resolved.map((branch) => article(branch.type ?? "value")))].join(" or ");
  call.report(path, `must be ${types}, but is ${shownIn(call, value)}`, fixFor(schema));
}

/** A property by which one knows an object of another branch. */
function strangerTo(meant: Schema, branches: readonly Schema[], value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const isOf = (branch: Schema, name: string) => branch.required?.includes(name) === true;
  return Object.keys(value).find(
    (name) =>
      !Object.hasOwn(meant.properties ?? {}, name) &&
      branches.some((branch) => isOf(branch, name)) &&
      (meant.required ?? []).every((own) => Object.hasOwn(value, own)),
  );
}

interface WrongDiscriminator {
  readonly branch: "none";
  readonly name: string;
  readonly allowed: readonly unknown[];
}

/** The branch whose constants the value carries; else the one that knows most of its properties. */
function closest(branches: readonly Schema[], value: Record<string, unknown>): Schema | WrongDiscriminator {
  const discriminator = Object.keys(branches[0]?.properties ?? {}).find((name) =>
    branches.every((branch) => branch.properties?.[name]?.const !== undefined),
  );
  if (discriminator !== undefined) {
    const allowed = branches.map((branch) => branch.properties?.[discriminator]?.const);
    const at = allowed.indexOf(value[discriminator]);
    return branches[at] ?? { branch: "none", name: discriminator, allowed };
  }
  const score = (branch: Schema) => {
    const entries = Object.entries(value);
    const known = entries.filter(([name]) => Object.hasOwn(branch.properties ?? {}, name)).length;
    const required = (branch.required ?? []).filter((name) => Object.hasOwn(value, name)).length;
    const wrongConstant = entries.some(([name, item]) => {
      const constant = branch.properties?.[name]?.const;
      return constant !== undefined && constant !== item;
    });
    return wrongConstant ? -1 : known + 2 * required;
  };
  return branches.reduce((best, branch) => (score(branch) > score(best) ? branch : best));
}

function reportDiscriminator(
  wrong: WrongDiscriminator,
  value: Record<string, unknown>,
  path: DocumentPath,
  call: Call,
): void {
  const list = wrong.allowed.map((item) => JSON.stringify(item)).join(", ");
  if (!Object.hasOwn(value, wrong.name))
    call.report(path, `the property "${wrong.name}" is missing`, `add "${wrong.name}": one of ${list}`);
  else checkConstant({ enum: wrong.allowed }, value[wrong.name], [...path, wrong.name], call);
}

function fits(schema: Schema, value: unknown, call: Call): boolean {
  let good = true;
  checkNode(schema, value, [], {
    ...call,
    probing: true,
    report: () => {
      good = false;
    },
  });
  return good;
}

function definition(reference: string, call: Call): Schema {
  const found = call.definitions[reference];
  if (found === undefined) throw new Error(`schema names an unknown definition ${reference}`);
  return found;
}

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "number":
      return Number.isFinite(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

function article(type: string): string {
  const names: Readonly<Record<string, string>> = {
    object: "an object",
    array: "a list",
    string: "a text",
    number: "a number",
    integer: "a whole number",
    boolean: "true or false",
    null: "null",
  };
  return names[type] ?? `a ${type}`;
}

function describe(schema: Schema | undefined): string {
  if (schema === undefined) return "…";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  return schema.description ?? article(schema.type ?? "value");
}

function fixFor(schema: Schema): string {
  const example = schema.examples?.[0];
  const text = schema.description ?? `write ${article(schema.type ?? "value")}`;
  return example === undefined ? text : `${text}, such as ${JSON.stringify(example)}`;
}

/** A value as it can stand in a message: short, one line. */
/** For messages; of what is secret only what kind of thing it is. */
function shownIn({ secret }: Call, value: unknown): string {
  if (secret !== true) return shown(value);
  return typeof value === "string" ? "a text" : typeof value === "number" ? "a number" : shown(value);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  // JSON has no infinity, but 1e999 reads as one.
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
