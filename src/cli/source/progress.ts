/** One line on standard error that is written over, if that is a terminal; else nothing. */
export function showProgress(): { show(text: string): void; end(): void } {
  const { stderr } = process;
  const write = (text: string) => stderr.isTTY && stderr.write(`\r\u001b[K${text}`);
  return { show: (text) => void write(text), end: () => void write("") };
}
