import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { cleanUp } from "../../support/clean-up.ts";
import type { Ask } from "./support.ts";
import { askUntilAnswered, openRedis, shown } from "./support.ts";

const features = [
  { path: "n", type: "integer" },
  { path: "text", type: "string" },
] as const;
const good = "*2\r\n$1\r\n7\r\n$1\r\nx\r\n";

/** What answers a command as it should, but reads as it is told. */
class Impostor {
  reply = good;
  connections = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((socket) => {
      this.connections += 1;
      socket.on("error", () => {});
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
        text = this.#answer(socket, text);
      });
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as { port: number }).port;
  }

  close(): void {
    this.#server.close();
  }

  /** @returns what is not a whole command yet. */
  #answer(socket: Socket, text: string): string {
    for (;;) {
      const command = /^\*(\d+)\r\n((?:\$\d+\r\n.*?\r\n)*)/s.exec(text);
      const words = (command?.[2] ?? "").split("\r\n").filter((_, at) => at % 2 === 1);
      if (command === null || words.length < Number(command[1])) return text;
      text = text.slice(command[0].length);
      const name = words[0]!.toLowerCase();
      if (name === "hmget") socket.write(Buffer.from(this.reply, "latin1"));
      else if (name === "hello") socket.write("%1\r\n$5\r\nproto\r\n:3\r\n");
      else if (name === "info") socket.write("$9\r\nloading:0\r\n");
      else socket.write("+OK\r\n");
    }
  }
}

describe("a redis source that gets a hostile reply", function () {
  this.timeout(20_000);
  const clean = cleanUp();
  let impostor: Impostor;
  let ask: Ask;
  const problems: string[] = [];

  beforeEach(async () => {
    impostor = new Impostor();
    const port = await impostor.listen();
    clean.later(() => impostor.close());
    problems.length = 0;
    const onProblem = (_: string, problem: string) => problems.push(problem);
    ask = openRedis(clean, `redis://127.0.0.1:${port}`, { timeoutMs: 300 }, { onProblem }).prepare(features);
    assert.deepEqual(shown(await ask(["c1"])), [7, "x"]);
    assert.equal(impostor.connections, 1);
  });

  const replaced: readonly [name: string, reply: string, message: RegExp][] = [
    ["no Redis's", "HTTP/1.1 400 Bad Request\r\n\r\n", /what answers is no Redis: it does not speak its protocol/],
    ["too short a list", "*1\r\n$1\r\n7\r\n", /answers what was not asked for; the connection is replaced/],
    ["too long a list", "*3\r\n$1\r\n7\r\n$1\r\nx\r\n$1\r\ny\r\n", /answers what was not asked for/],
    ["a number", ":1\r\n", /answers what was not asked for/],
    ["a single text", "+OK\r\n", /answers what was not asked for/],
    ["a null", "_\r\n", /answers what was not asked for/],
    ["a list in a list", "*2\r\n*1\r\n$1\r\n7\r\n$1\r\nx\r\n", /answers what was not asked for/],
    ["an error in a list", "*2\r\n-ERR secret\r\n$1\r\nx\r\n", /answers what was not asked for/],
    ["a map", "%1\r\n$1\r\nn\r\n$1\r\n7\r\n", /\[answered\]|answers what was not asked for/],
    ["lists without end", "*1\r\n".repeat(300_000), /./],
    ["a list of a thousand million", "*1000000000\r\n$1\r\n7\r\n", /./],
    ["a text of a thousand million bytes", "*2\r\n$1000000000\r\n7\r\n", /./],
    ["half a reply", "*2\r\n$1\r\n7\r\n$1", /./],
    ["no reply", "", /./],
  ];
  for (const [name, reply, message] of replaced)
    it(`fails that fetch and takes another connection: ${name}`, async () => {
      impostor.reply = reply;
      const outcome = await ask(["c1"], AbortSignal.timeout(3_000)).then(
        (answer) => `[answered] ${shown(answer)}`,
        (error: Error) => error.message,
      );
      assert.match(outcome, message);
      impostor.reply = good;
      const { answer } = await askUntilAnswered(() => ask(["c1"], AbortSignal.timeout(500)));
      assert.deepEqual(shown(answer), [7, "x"]);
      if (!outcome.startsWith("[answered]")) assert.ok(impostor.connections > 1, "the connection was replaced");
      assert.doesNotMatch(outcome + problems.join(), /secret|c1/);
    });

  it("takes another connection after a reply that nobody asked for", async () => {
    // The second reply is one too many: what follows would belong to whoever asks next.
    impostor.reply = "*2\r\n$1\r\n7\r\n$1\r\nx\r\n*2\r\n$1\r\n9\r\n$6\r\nsecret\r\n";
    await Promise.allSettled(Array.from({ length: 3 }, () => ask(["c1"], AbortSignal.timeout(500))));
    impostor.reply = good;
    for (let again = 0; again < 50; again++) {
      const { answer } = await askUntilAnswered(() => ask(["c1"], AbortSignal.timeout(500)));
      assert.deepEqual(shown(answer), [7, "x"]);
    }
    assert.match(problems.join(), /it sends replies that nobody asked for/);
    assert.doesNotMatch(problems.join(), /secret/);
  });

  const errors: readonly [reply: string, message: RegExp][] = [
    ["-WRONGTYPE secret\r\n", /layout "hash"/],
    ["-NOPERM this user has no permissions to access c1\r\n", /Redis answers NOPERM: the ACL of the user/],
    ["-ERR unknown command 'hmget', with args beginning with: 'customer:c1'\r\n", /^Redis answers ERR$/],
    ["-MASTERDOWN secret\r\n", /Redis answers MASTERDOWN: it is a replica/],
    ["-secret c1\r\n", /^Redis answers ERR$/],
    ["!10\r\nBAD secret\r\n", /^Redis answers BAD$/],
    ["-MOVED 1 c1:1\r\n", /the key keeps moving within the Redis at/],
    ["-ASK 1 c1:1\r\n", /the key keeps moving within the Redis at/],
  ];
  for (const [reply, message] of errors)
    it(`fails that fetch and keeps the connection: ${JSON.stringify(reply)}`, async () => {
      impostor.reply = reply;
      await assert.rejects(ask(["c1"]), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret|c1/);
        return true;
      });
      impostor.reply = good;
      assert.deepEqual(shown(await ask(["c1"])), [7, "x"]);
      assert.equal(impostor.connections, 1);
      assert.deepEqual(problems, []);
    });
});
