/** Starts something while variables of the environment are set, for a child process to inherit. */
export async function withEnvironment<Started>(
  variables: Readonly<Record<string, string>>,
  start: () => Promise<Started>,
): Promise<Started> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await start();
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
