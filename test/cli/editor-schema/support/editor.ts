import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CompletionItem, Diagnostic, Hover, JSONDocument } from "vscode-json-languageservice";
import json, { type TextDocument } from "vscode-json-languageservice";

/** A completion: what is typed, and what the editor says of it. */
interface Proposal {
  readonly label: string;
  readonly insert: string | undefined;
  readonly documentation: string | undefined;
}

/** What VS Code does with JSON in a folder: the same engine, fed as VS Code feeds it. */
export interface Editor {
  /** What is underlined, with the message. */
  problems(file: string, text: string): Promise<readonly { readonly at: string; readonly message: string }[]>;
  /** What is proposed where the cursor is: at the sign `‸`, which is not part of the text. */
  proposals(file: string, text: string): Promise<readonly Proposal[]>;
  /** What is shown over the place of the sign `‸`. */
  shown(file: string, text: string): Promise<string>;
  /** A schema file was written again. */
  changed(file: string): void;
}

interface Settings {
  readonly "json.schemas": readonly { readonly fileMatch: string[]; readonly url: string }[];
}

function textOf(text: string | { readonly value: string } | undefined): string | undefined {
  return typeof text === "object" ? text.value : text;
}

/**
 * @param settings the folder's `.vscode/settings.json`.
 * @param read gives the text of a schema file.
 */
export function openEditor(
  folder: string,
  settings: Settings,
  read: (file: string) => Promise<string> = (file) => readFile(file, "utf8"),
): Editor {
  const service = json.getLanguageService({
    schemaRequestService: (uri) => read(fileURLToPath(uri)),
    workspaceContext: { resolveRelativePath: (relative, base) => new URL(relative, base).href },
  });
  const folderUri = pathToFileURL(folder).href;
  service.configure({
    validate: true,
    schemas: settings["json.schemas"].map(({ fileMatch, url }) => ({
      fileMatch,
      folderUri,
      uri: new URL(url, `${folderUri}/`).href,
    })),
  });
  const open = (file: string, text: string): [TextDocument, JSONDocument] => {
    const document = json.TextDocument.create(pathToFileURL(path.join(folder, file)).href, "json", 1, text);
    return [document, service.parseJSONDocument(document)];
  };
  const openAtCursor = (file: string, text: string) => {
    const offset = text.indexOf("‸");
    if (offset < 0) throw new Error("the text has no cursor");
    const [document, parsed] = open(file, text.replace("‸", ""));
    return { document, parsed, position: document.positionAt(offset) };
  };
  return {
    changed: (file) => void service.resetSchema(pathToFileURL(path.join(folder, file)).href),
    async problems(file, text) {
      const [document, parsed] = open(file, text);
      const found: Diagnostic[] = await service.doValidation(document, parsed);
      return found.map(({ range, message }) => ({ at: document.getText(range), message: textOf(message) ?? "" }));
    },
    async proposals(file, text) {
      const { document, parsed, position } = openAtCursor(file, text);
      const items: CompletionItem[] = (await service.doComplete(document, position, parsed))?.items ?? [];
      return items.map(({ label, textEdit, documentation }) => ({
        label,
        insert: textEdit?.newText,
        documentation: textOf(documentation),
      }));
    },
    async shown(file, text) {
      const { document, parsed, position } = openAtCursor(file, text);
      const hover: Hover | null = await service.doHover(document, position, parsed);
      return hover === null ? "" : [hover.contents].flat().map(String).join("\n");
    },
  };
}
