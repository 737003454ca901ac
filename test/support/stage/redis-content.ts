import { recordKey } from "../../../src/sources/aggregate/key.ts";
import { listMark } from "../../../src/sources/redis/list/entry.ts";
import type { RedisServer } from "../redis/server.ts";
import { everybody, isListed, knownTo, numberOf, wronged } from "./people.ts";
import type { Break } from "./target.ts";

/** Hashes of the store; of some only nonsense: no hash, or no number. */
export async function fillStore(redis: RedisServer): Promise<void> {
  const pipeline = redis.client().pipeline();
  for (const person of knownTo("redis")) pipeline.hset(`person:${person}`, "number", numberOf(person));
  for (const person of wronged("redis")) {
    if (numberOf(person) % 2 === 0) pipeline.set(`person:${person}`, "text");
    else pipeline.hset(`person:${person}`, "number", "many");
  }
  await pipeline.exec();
}

export async function fillList(redis: RedisServer): Promise<void> {
  await redis
    .client()
    .multi()
    .del("vips")
    .sadd("vips", ...everybody().filter(isListed), listMark)
    .exec();
}

/** Records of aggregates that no engine wrote. */
export async function fillAggregates(redis: RedisServer): Promise<void> {
  const pipeline = redis.client().pipeline();
  for (const person of wronged("aggregates")) {
    const key = `verdict:record:{${recordKey("spend", [person])}}`;
    pipeline.del(key);
    if (numberOf(person) % 2 === 0) pipeline.set(key, "no record");
    else pipeline.hset(key, "no", "record");
  }
  await pipeline.exec();
}

const flipEveryMs = 20;

/** The set is one for all: in turns it is there, is none, or has lost its mark. */
export function flipList(redis: RedisServer): Break {
  let flipping: NodeJS.Timeout | undefined;
  return {
    async begin() {
      const client = redis.client();
      let turn = 0;
      flipping = setInterval(() => {
        turn += 1;
        if (turn % 2 === 0) void fillList(redis);
        else if (turn % 4 === 1) void client.multi().del("vips").set("vips", "text").exec();
        else void client.del("vips");
      }, flipEveryMs);
    },
    async end() {
      clearInterval(flipping);
      await fillList(redis);
    },
  };
}
