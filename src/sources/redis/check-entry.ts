import type { EntryScope } from "../../domain/source-kind.ts";
import { parseTemplate } from "../template.ts";
import type { ConnectionEntry } from "./connection-entry.ts";
import type { RedisEntry } from "./entry.ts";
import { parseKeyTemplate, touchingFeatures } from "./key-template.ts";
import { parseRedisUrl } from "./settings.ts";

type Report = EntryScope["report"];

/** Reports what the schema cannot say. */
export function checkRedisEntry(entry: RedisEntry, { types, report }: EntryScope): void {
  if (entry.layout === "feast") checkFeast(entry, types, report);
  else checkKey(entry, types, report);
  if (entry.connection !== undefined) checkConnection(entry.connection, report);
}

const onlyFeast = ["project", "join", "ttl"] as const;

function checkKey(entry: RedisEntry, types: EntryScope["types"], report: Report): void {
  for (const name of onlyFeast)
    if (entry[name] !== undefined)
      report([name], `"${name}" means nothing in layout "${entry.layout}"`, 'remove it, or write "layout": "feast"');
  const { key } = entry;
  if (key === undefined)
    return report([], `layout "${entry.layout}" needs a key`, 'add "key", such as "customer:{customer_id}"');
  const pieces = parseKeyTemplate(key);
  if (pieces === undefined)
    return report(
      ["key"],
      "a brace begins or ends no name",
      "write {feature} for a feature's value, ${VARIABLE} for a variable of the environment, {{ and }} for braces",
    );
  const literal = [
    ...pieces
      .flatMap((piece) => (piece.kind === "text" ? piece.text : []))
      .join("")
      .matchAll(/\{(\w+)\}/g),
  ];
  const meant = literal.map(([, name]) => name!).find((name) => types.has(name));
  if (meant !== undefined)
    report(
      ["key"],
      `{{${meant}}} is the text "{${meant}}" in every key`,
      `write {${meant}} for the value, {{{${meant}}}} for the value in a hash tag`,
    );
  else if (!pieces.some(({ kind }) => kind === "feature"))
    report(["key"], "names no feature, so all events would share one key", "write {feature} where the id stands");
  const touching = touchingFeatures(pieces);
  if (touching !== undefined)
    report(
      ["key"],
      `{${touching[0]}} and {${touching[1]}} stand side by side: where one ends and the other begins, nobody could tell`,
      "write a text between them that no value has, such as a colon",
    );
}

function checkFeast(entry: RedisEntry, types: EntryScope["types"], report: Report): void {
  const { key, project, join, maxValueBytes } = entry;
  if (key !== undefined) report(["key"], 'layout "feast" makes its key of join and project', "remove it");
  if (maxValueBytes !== undefined)
    report(["maxValueBytes"], '"maxValueBytes" means nothing in layout "feast"', "remove it");
  if (project === undefined)
    report([], 'layout "feast" needs a project', 'add "project" as feature_store.yaml of the feature store has it');
  if (join === undefined)
    return report(
      [],
      'layout "feast" needs a join',
      'add "join": { "driver_id": { "feature": "customer_id", "type": "int64" } }',
    );
  for (const [name, { feature, type }] of Object.entries(join)) {
    const declared = types.get(feature);
    const wanted = type === "string" ? "string" : "integer";
    if (declared !== undefined && declared !== wanted)
      report(
        ["join", name, "type"],
        `${feature} is of type ${declared}, but ${type} takes features of type ${wanted}`,
        `write the type that the entity has in Feast; if it is ${type}, declare a derived feature of type ${wanted}`,
      );
  }
}

/** Its templates name variables alone; a URL without any is looked into at once. */
export function checkConnection(connection: ConnectionEntry, report: Report): void {
  const texts: [path: (string | number)[], text: string][] = [];
  const collect = (value: unknown, path: (string | number)[]) => {
    if (typeof value === "string") texts.push([path, value]);
    else if (typeof value === "object" && value !== null)
      for (const [name, item] of Object.entries(value))
        collect(item, [...path, Array.isArray(value) ? Number(name) : name]);
  };
  collect(connection, ["connection"]);
  for (const [path, text] of texts) {
    const pieces = parseTemplate(text);
    if (pieces === undefined || pieces.some(({ kind }) => kind === "feature"))
      report(
        path,
        "a connection is the same for all events: braces stand for variables of the environment alone",
        "write ${VARIABLE}",
      );
  }
  const url = typeof connection === "string" ? connection : "url" in connection ? connection.url : undefined;
  if (url === undefined || parseTemplate(url)?.some(({ kind }) => kind !== "text") !== false) return;
  try {
    parseRedisUrl(url);
  } catch (error) {
    const [message = "", fix = ""] = (error as Error).message.split(": write ");
    report(typeof connection === "string" ? ["connection"] : ["connection", "url"], message, `write ${fix}`);
  }
}
