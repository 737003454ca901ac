import type { ChainableCommander, Redis } from "ioredis";
import { clusterServers } from "./cluster-servers.ts";
import { connectionClosed, describeTrouble, ReplyProblem, replyCode } from "./errors.ts";
import type { Read, Values } from "./layout.ts";
import { Question } from "./question.ts";
import { replaceConnection, type Servers } from "./servers.ts";
import { type Settings, shownAddress } from "./settings.ts";
import { singleServer } from "./single-server.ts";

/** A key that moves while it is asked for is followed so often. */
const maxRedirects = 3;

type Reply = readonly [error: Error | null, result: unknown];

/**
 * Asks one Redis, or the nodes of one cluster. What is asked for in one turn of the event loop, by whichever source and
 * decision, goes out as one pipeline a server. While a server is down, asking fails at once; only at the very beginning
 * what is asked for waits for the connection.
 */
export class Connection {
  readonly #address: string;
  readonly #onTrouble: (trouble: string) => void;
  readonly #servers: Servers;
  readonly #due = new Set<Question>();
  #scheduled = false;
  #starting = true;
  #trouble: string | undefined;
  #closed = false;

  /** @param onTrouble told once each time the servers, or one of them, cannot be asked any more. */
  constructor(settings: Settings, onTrouble: (trouble: string) => void) {
    this.#address = shownAddress(settings);
    this.#onTrouble = onTrouble;
    const open = settings.servers.kind === "cluster" ? clusterServers : singleServer;
    this.#servers = open(settings, { up: () => this.#up(), down: (error) => this.#down(error) });
  }

  /** Why it, or a part of it, cannot be asked now; undefined if it can. */
  get trouble(): string | undefined {
    return this.#trouble === undefined ? undefined : `${this.#address} cannot be asked: ${this.#trouble}`;
  }

  /** Rejects with the signal's reason as soon as it is aborted; an answer that comes later is dropped. */
  ask(read: Read, signal: AbortSignal): Promise<Values> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#closed) return reject(new Error(`the connection to ${this.#address} is closed`));
      this.#due.add(new Question(read, signal, { resolve, reject, givenUp: (question) => this.#due.delete(question) }));
      this.#schedule();
    });
  }

  close(): void {
    this.#closed = true;
    this.#servers.close();
    for (const question of this.#due) question.fail(new Error(`the connection to ${this.#address} was closed`));
    this.#due.clear();
  }

  #up(): void {
    this.#starting = false;
    this.#trouble = undefined;
    if (this.#due.size > 0) this.#schedule();
  }

  #down(error?: Error): void {
    if (this.#closed) return;
    const first = this.#trouble === undefined;
    this.#starting = false;
    const trouble = error === undefined ? connectionClosed : describeTrouble(error);
    if (first || trouble !== connectionClosed) this.#trouble = trouble;
    if (this.#due.size > 0) this.#schedule();
    if (first) this.#onTrouble(this.trouble!);
  }

  #schedule(): void {
    if (this.#scheduled || this.#starting) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const byClient = new Map<Redis, Question[]>();
    for (const question of this.#due) {
      const client = this.#servers.clientOf(question.read.args[0]);
      if (client === undefined) {
        question.fail(
          new Error(this.trouble ?? `${this.#address} cannot be asked for this key: its node is not connected`),
        );
        continue;
      }
      const questions = byClient.get(client);
      if (questions === undefined) byClient.set(client, [question]);
      else questions.push(question);
    }
    this.#due.clear();
    for (const [client, questions] of byClient) this.#send(client, questions);
  }

  #send(client: Redis, questions: readonly Question[]): void {
    const [first] = questions;
    if (questions.length === 1) return this.#await(readAlone(client, first!.read), client, first!);
    const pipeline = client.pipeline();
    for (const { read } of questions) addTo(pipeline, read);
    pipeline.exec().then(
      (replies) => {
        for (const [at, question] of questions.entries()) this.#receive(client, question, replies![at]!);
      },
      (error: Error) => {
        for (const question of questions) this.#receive(client, question, [error, undefined]);
      },
    );
  }

  #await(reply: Promise<unknown>, client: Redis, question: Question): void {
    reply.then(
      (result) => this.#receive(client, question, [null, result]),
      (error: Error) => this.#receive(client, question, [error, undefined]),
    );
  }

  #receive(client: Redis, question: Question, [error, result]: Reply): void {
    if (error !== null) return this.#refused(client, question, error);
    const values = valuesOf(result, question.read);
    if (values !== undefined) return question.answer(values);
    replaceConnection(client);
    question.fail(new Error(`${this.#address} answers what was not asked for; the connection is replaced`));
  }

  #refused(client: Redis, question: Question, error: Error): void {
    const code = replyCode(error);
    if (code === undefined) {
      // Its place in the queue is only free when the connection ends.
      if (error.message.startsWith("Command timed out")) replaceConnection(client);
      return question.fail(new Error(`${this.#address} gave no answer: ${describeTrouble(error)}`));
    }
    if (code !== "MOVED" && code !== "ASK") return question.fail(new ReplyProblem(code));
    question.redirects += 1;
    if (question.redirects > maxRedirects)
      return question.fail(new Error(`the key keeps moving within ${this.#address}`));
    if (code === "MOVED") void this.#servers.refresh().then(() => this.#askAgain(question));
    else this.#askAt(error.message.split(" ")[2] ?? "", question);
  }

  #askAgain(question: Question): void {
    if (!question.open) return;
    if (this.#closed) return question.fail(new Error(`the connection to ${this.#address} was closed`));
    this.#due.add(question);
    this.#schedule();
  }

  /** Its slot is on the way to another node, which answers for it only after ASKING. */
  #askAt(address: string, question: Question): void {
    const client = this.#servers.clientAt(address);
    if (!question.open) return;
    if (client === undefined) return question.fail(new Error(`the key moves to ${address}, which is not connected`));
    const replies = addTo(client.pipeline().asking(), question.read).exec();
    const reply = replies.then((both) => {
      const [error, result] = both![1]!;
      if (error !== null) throw error;
      return result;
    });
    this.#await(reply, client, question);
  }
}

function addTo(pipeline: ChainableCommander, { name, args }: Read): ChainableCommander {
  const [key, ...rest] = args;
  if (name === "smismember") return pipeline.smismember(key, rest);
  return name === "get" ? pipeline.getBuffer(key) : pipeline.hmgetBuffer(key, ...rest);
}

/** A pipeline of one costs a third more than the command. */
function readAlone(client: Redis, { name, args }: Read): Promise<unknown> {
  const [key, ...rest] = args;
  if (name === "smismember") return client.smismember(key, rest);
  return name === "get" ? client.getBuffer(key) : client.hmgetBuffer(key, ...rest);
}

/** Undefined if the reply is not of the form that the command has: then replies and commands may be out of step. */
function valuesOf(result: unknown, { name, values }: Read): Values | undefined {
  const list: unknown = values === undefined ? [result] : result;
  if (!Array.isArray(list) || list.length !== (values ?? 1)) return undefined;
  if (name === "smismember") return list.every(isFlag) ? list.map((flag) => Buffer.from(`${flag}`)) : undefined;
  return list.every((value) => value === null || Buffer.isBuffer(value)) ? list : undefined;
}

function isFlag(value: unknown): boolean {
  return value === 0 || value === 1;
}
