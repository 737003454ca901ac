import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { toTimestamp } from "../../src/client/timestamp.ts";
import { toFields } from "../../src/client/value.ts";
import type { Json } from "../../src/domain/event.ts";
import type { DecideResponse__Output } from "../../src/server/generated/verdict/v1/DecideResponse.ts";
import { cleanUp } from "../support/clean-up.ts";
import { type RunningEngine, startEngine } from "../support/engine.ts";
import { noon } from "../support/fixtures.ts";

const shipped = (folder: string) => fileURLToPath(new URL(`../../${folder}`, import.meta.url));
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

type Attributes = Readonly<Record<string, Json>>;

/** The outcome and the first reason for it. What further reasons there are depends on what had arrived when it was settled. */
const told = ({ outcome, reasons }: DecideResponse__Output) =>
  reasons[0] === undefined ? [outcome] : [outcome, reasons[0].code];
/** The names of the sources that were asked. */
const asked = ({ sources }: DecideResponse__Output) =>
  sources.flatMap(({ name, status }) => (status === "NOT_AWAITED" ? [] : [name])).sort();

describe("the example policies as shipped", () => {
  const clean = cleanUp();
  let engine: RunningEngine;
  let requests = 0;

  // Each story has its own: counts of short memory go by the latest event of all.
  beforeEach(async () => {
    engine = await startEngine(clean, { policiesDir: shipped("policies"), modelsDir: shipped("models") });
  });

  const request = (policy: string, event: Attributes, atMs: number, requestId = `r${requests++}`) => ({
    request_id: requestId,
    policy,
    event: toFields(event),
    occurred_at: toTimestamp(atMs),
  });
  const record = async (policy: string, events: readonly Attributes[], atMs: number) => {
    const { accepted } = await engine.client.recordEvents(events.map((event) => request(policy, event, atMs)));
    assert.equal(accepted, events.length);
  };
  const report = async (...requestIds: readonly string[]) => {
    const labels = requestIds.map((request_id) => ({
      request_id,
      label: { boolValue: true },
      reported_at: toTimestamp(noon),
    }));
    assert.equal((await engine.client.reportLabels(labels)).accepted, requestIds.length);
  };

  describe("account-takeover", () => {
    const login = (customer: string, device: string, more: Attributes = {}): Attributes => ({
      event_type: "login",
      customer_id: customer,
      device_id: device,
      ip_address: "203.0.113.10",
      ip_asn: 64496,
      customer_time_zone: "Europe/Berlin",
      login_place: "52.52,13.40",
      last_login_place: "52.50,13.45",
      last_login_at: noon - dayMs,
      ...more,
    });
    const decide = (event: Attributes, atMs = noon, requestId?: string) =>
      engine.client.decide(request("account-takeover", event, atMs, requestId));
    /** The customer's own device, trusted for ten days. */
    const trust = (customer: string, device: string) =>
      record(
        "account-takeover",
        [login(customer, device, { event_type: "second_factor_passed", ip_address: "192.0.2.200" })],
        noon - 10 * dayMs,
      );

    it("trusts a new device once a second factor was passed on it, and then answers by the gate", async () => {
      const event = login("newcomer", "dev-new", { ip_address: "192.0.2.1" });
      assert.deepEqual(told(await decide(event)), ["step_up", "A06"]);
      await record("account-takeover", [{ ...event, event_type: "second_factor_passed" }], noon + minuteMs);
      const answer = await decide(event, noon + 2 * minuteMs);
      assert.deepEqual(told(answer), ["allow", "G01"]);
      assert.deepEqual(asked(answer), ["customer_changes", "customer_device", "customer_failures"]);
    });

    it("sees credential stuffing build up on a device, and then stops also the password that is right", async () => {
      const event = (at: number) =>
        login(`victim-${at}`, "dev-stuffing", { event_type: "login_failed", ip_address: `192.0.2.${10 + at}` });
      const outcomes: string[] = [];
      for (let at = 1; at <= 8; at++) outcomes.push((await decide(event(at), noon + at * 1_000)).outcome);
      assert.deepEqual(outcomes, [...Array(7).fill("allow"), "block"]);
      const right = { ...event(9), event_type: "login" };
      assert.deepEqual(told(await decide(right, noon + minuteMs)), ["block", "A04"]);
      assert.deepEqual(told(await decide(right, noon + 2 * dayMs)), ["step_up", "A06"]);
    });

    it("tells an attacked address from an office's", async () => {
      const from = (ip: string, failed: number) =>
        Array.from({ length: 20 }, (_, at) =>
          login(`${ip}-${at}`, `dev-${ip}-${at}`, {
            event_type: at < failed ? "login_failed" : "second_factor_passed",
            ip_address: ip,
          }),
        );
      await record("account-takeover", [...from("192.0.2.50", 18), ...from("192.0.2.51", 2)], noon);
      const attacked = await decide(login("passer-by", "dev-passer-by", { ip_address: "192.0.2.50" }), noon + 1_000);
      assert.deepEqual(told(attacked), ["block", "A04"]);
      const office = await decide(login("colleague", "dev-colleague", { ip_address: "192.0.2.51" }), noon + 1_000);
      assert.deepEqual(told(office), ["step_up", "A06"]);
    });

    it("answers wrong passwords with a second factor, then no more, and forgets them", async () => {
      await trust("guessed", "dev-guessed");
      const event = login("guessed", "dev-guessed", { ip_address: "192.0.2.2" });
      const wrong = (count: number) => Array<Attributes>(count).fill({ ...event, event_type: "login_failed" });
      await record("account-takeover", wrong(5), noon);
      assert.deepEqual(told(await decide(event, noon + 1_000)), ["step_up", "A03"]);
      await record("account-takeover", wrong(5), noon + minuteMs);
      assert.deepEqual(told(await decide(event, noon + 2 * minuteMs)), ["block", "A03"]);
      assert.deepEqual(told(await decide(event, noon + 12 * minuteMs)), ["allow"]);
      assert.deepEqual(told(await decide(event, noon + 62 * minuteMs)), ["allow", "G01"]);
    });

    it("wants a second factor for a new e-mail address, just passed", async () => {
      await trust("mover", "dev-mover");
      const event = login("mover", "dev-mover", { event_type: "email_change", ip_address: "192.0.2.3" });
      assert.deepEqual(told(await decide(event)), ["step_up", "A07"]);
      await record("account-takeover", [{ ...event, event_type: "second_factor_passed" }], noon + minuteMs);
      assert.deepEqual(told(await decide(event, noon + 2 * minuteMs)), ["allow"]);
    });

    it("stops somebody on an unknown device who travels faster than aircraft", async () => {
      const event = login("traveller", "dev-traveller", {
        ip_address: "192.0.2.4",
        login_place: "35.68,139.69",
        last_login_at: noon - 60 * minuteMs,
      });
      assert.deepEqual(told(await decide(event)), ["block", "A05"]);
    });

    it("stops addresses and devices on the lists, as long as their entries last", async () => {
      await trust("listed", "dev-listed");
      const from = (more: Attributes, atMs = noon) => decide(login("listed", "dev-listed", more), atMs);
      assert.deepEqual(told(await from({ ip_address: "203.0.113.66" })), ["block", "A01"]);
      assert.deepEqual(told(await from({ ip_address: "198.51.100.9" })), ["block", "A01"]);
      const expired = await from({ ip_address: "198.51.100.9", last_login_at: noon + 30 * dayMs }, noon + 31 * dayMs);
      assert.deepEqual(told(expired), ["allow", "G01"]);
      assert.equal((await from({ device_id: "dev-blocked-1" })).outcome, "block");
    });

    it("stops a device on which another customer was robbed", async () => {
      await decide(login("robbed", "dev-thief", { ip_address: "192.0.2.5" }), noon, "robbery");
      await report("robbery");
      const next = await decide(login("next", "dev-thief", { ip_address: "192.0.2.6" }), noon + dayMs);
      assert.deepEqual(told(next), ["block", "A02"]);
    });
  });

  describe("instant-transfer", () => {
    const giro = "AT611904300234573201";
    const transfer = (customer: string, amount: number, more: Attributes = {}): Attributes => ({
      event_type: "transfer",
      customer_id: customer,
      device_id: `dev-${customer}`,
      amount,
      account_balance: 5_000,
      payee_iban: giro,
      payee_name_match: "match",
      customer_age: 40,
      remote_access_active: false,
      call_active: false,
      ...more,
    });
    const decide = (event: Attributes, atMs = noon, requestId?: string) =>
      engine.client.decide(request("instant-transfer", event, atMs, requestId));
    const access = (customer: string, event_type: string, atMs: number) =>
      record("account-takeover", [{ event_type, customer_id: customer, device_id: `dev-${customer}` }], atMs);
    /** The customer's device was confirmed ten days ago. */
    const trust = (customer: string) => access(customer, "second_factor_passed", noon - 10 * dayMs);

    it("confirms a large first payment, holds it with the screen shared, executes it the next day", async () => {
      await trust("buyer");
      assert.deepEqual(told(await decide(transfer("buyer", 1_500))), ["confirm", "T13"]);
      const watched = await decide(transfer("buyer", 1_500, { remote_access_active: true }), noon + minuteMs);
      assert.deepEqual(told(watched), ["hold", "T07"]);
      assert.deepEqual(told(await decide(transfer("buyer", 1_500), noon + 2 * dayMs)), ["execute"]);
    });

    it("lets small amounts to a standing payee through the gate, without asking who else pays there", async () => {
      await trust("tenant");
      for (const days of [90, 60, 30]) await record("instant-transfer", [transfer("tenant", 50)], noon - days * dayMs);
      const answer = await decide(transfer("tenant", 50));
      assert.deepEqual(told(answer), ["execute", "G01"]);
      assert.deepEqual(asked(answer), ["customer_changes", "customer_payee", "customer_transfers"]);
      assert.deepEqual(told(await decide(transfer("tenant", 51), noon + minuteMs)), ["execute"]);
    });

    it("flags a mule account with its fourth payer of a day, and rejects it after two reports", async () => {
      const mule = { payee_iban: "BE68539007547034" };
      const pay = async (at: number, atMs: number) => {
        await trust(`payer-${at}`);
        return told(await decide(transfer(`payer-${at}`, 400, mule), atMs, `to the mule ${at}`));
      };
      for (const at of [1, 2, 3]) assert.deepEqual(await pay(at, noon + at * minuteMs), ["execute"]);
      assert.deepEqual(await pay(4, noon + 4 * minuteMs), ["hold", "T05"]);
      await report("to the mule 1");
      assert.deepEqual(await pay(5, noon + 2 * dayMs), ["hold", "T04"]);
      await report("to the mule 2");
      assert.deepEqual(await pay(6, noon + 3 * dayMs), ["reject", "T02"]);
    });

    it("rejects listed accounts however they are written, and only while they are listed", async () => {
      await trust("careless");
      const to = (payee_iban: string) => decide(transfer("careless", 20, { payee_iban }), noon + 60 * dayMs);
      assert.deepEqual(told(await to("nl91 abna 0417 1643 00")), ["reject", "T02"]);
      assert.deepEqual(told(await to("FR14 2004 1010 0505 0001 3M02 606")), ["execute"]);
      assert.deepEqual(told(await to("ZZ68539007547034")), ["hold", "T11"]);
    });

    it("knows from the logins that the account was taken over", async () => {
      await trust("taken");
      await access("taken", "password_change", noon - 60 * minuteMs);
      assert.deepEqual(told(await decide(transfer("taken", 600))), ["hold", "T03"]);
      const elsewhere = transfer("taken", 600, { device_id: "dev-elsewhere" });
      assert.deepEqual(told(await decide(elsewhere, noon + minuteMs)), ["reject", "T03"]);
      assert.deepEqual(told(await decide(transfer("taken", 600), noon + 5 * dayMs)), ["execute"]);
    });

    it("holds the piece that empties the account", async () => {
      await trust("drained");
      const piece = (at: number) =>
        decide(transfer("drained", 400, { account_balance: 1_200 - 400 * at }), noon + at * minuteMs);
      const outcomes: string[] = [];
      for (const at of [0, 1, 2]) outcomes.push((await piece(at)).outcome);
      assert.deepEqual(outcomes, ["execute", "execute", "hold"]);
    });
  });
});
