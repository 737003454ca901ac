import Table from "cli-table3";

/** A column: its heading, and where its cells stand. */
type Column = readonly [heading: string, align: "left" | "right"];

/** Only a rule under the heading, two spaces between columns and before the first. */
const chars = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "  ", "left-mid": "  ", mid: "─", "mid-mid": "──", middle: "  ", right: "", "right-mid": "" },
};

/** Rows under a ruled heading; without colours, and without spaces at the ends of lines. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: columns.map(([heading]) => heading),
    colAligns: columns.map(([, align]) => align),
    chars,
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString().replaceAll(/ +$/gm, "");
}
