import { open } from "node:fs/promises";
import path from "node:path";
import { listFile, listNamesIn } from "../../sources/list/names.ts";
import type { Named } from "./names.ts";

/** How much of a list is looked at: lists may have millions of lines. */
const headBytes = 2_048;

/** The lists beside the policies, with the comment that each begins with. */
export async function listNames(policiesDir: string): Promise<readonly Named[]> {
  const folder = path.join(policiesDir, "lists");
  return await Promise.all(
    (await listNamesIn(folder)).map(async (name) => {
      const comment = commentOf(await headOf(listFile(folder, name)));
      return { name, description: [`lists/${name}.txt`, comment].filter((part) => part !== "").join(": ") };
    }),
  );
}

/** Empty if the file cannot be read: it is a list nevertheless. */
async function headOf(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes));
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    return "";
  }
}

/** The lines that begin with `#`, up to the first that does not. */
function commentOf(head: string): string {
  const lines = head.split("\n").slice(0, -1);
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => line.slice(1).trim())
    .join(" ")
    .trim();
}
