/**
 * The child's side of `startServerProcess`: listens on the port its parent gave, tells it, and ends with it.
 * @param listen resolves when connections are accepted on 127.0.0.1 at that port.
 */
export async function serveAsChild(listen: (port: number, args: readonly string[]) => Promise<unknown>): Promise<void> {
  const [port, ...args] = process.argv.slice(2);
  process.once("disconnect", () => process.exit());
  await listen(Number(port), args);
  process.send?.("listening");
}
