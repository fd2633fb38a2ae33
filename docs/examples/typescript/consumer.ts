/**
 * A complete consumer with a generated client: it keeps a folder of stories as the partner may use them, obeys corrections and kills, and
 * says so.
 *
 *     npm ci && npm run generate
 *     node consumer.ts https://pool.example CLIENT_ID CLIENT_SECRET FOLDER [--once]
 *
 * The folder holds `cursor` (how far the change log was followed) and a file for each story. The cursor is written after what came before
 * it was done, so whoever kills this program at any moment loses nothing. What was taken and what must still be acknowledged is not kept
 * here at all: the pool is asked for it.
 */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

import type { StoriesQuery, UseInput } from "./generated.ts";
import {
  AnswerDocument, ChangesDocument, OwedDocument, StoriesDocument, StoryDocument, TakeDocument, TakenDocument,
} from "./generated.ts";

const USE: UseInput = { territory: "FR", channel: "WEB" }; // what this consumer does with stories

/** The place in the change log is worth nothing any more, or something is missing after it: everything has to be read anew. */
class Lost extends Error {}

/** What must be there. */
function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("the answer is not whole");
  return value;
}

/** The API, with a token that is renewed when it has to be. */
class Pool {
  url: string;
  credentials: string;
  token: string | null = null;

  constructor(url: string, clientId: string, secret: string) {
    this.url = url;
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: secret };
    this.credentials = new URLSearchParams(form).toString();
  }

  async send(path: string, body: string, headers: Record<string, string>): Promise<Response> {
    return fetch(this.url + path, { method: "POST", body, headers, signal: AbortSignal.timeout(60_000) });
  }

  async authorization(): Promise<Record<string, string>> {
    if (this.token === null) {
      const answer = await this.send("/oauth/token", this.credentials, { "Content-Type": "application/x-www-form-urlencoded" });
      if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
      this.token = ((await answer.json()) as { access_token: string }).access_token;
    }
    return { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" };
  }

  /** The data of an operation. A token that has expired is replaced once. */
  async ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
    const body = JSON.stringify({ query: print(document), variables });
    let answer = await this.send("/graphql", body, await this.authorization());
    if (answer.status === 401) {
      this.token = null;
      answer = await this.send("/graphql", body, await this.authorization());
    }
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    type Refusal = { message: string; extensions: { code: string; reason?: string } };
    const result = (await answer.json()) as { data: Data; errors?: Refusal[] };
    for (const { message, extensions } of result.errors ?? []) {
      if (["CURSOR_TOO_OLD", "BAD_CURSOR"].includes(extensions.reason ?? "")) throw new Lost(message);
      if (extensions.code !== "NOT_FOUND") throw new Error(message);
    }
    return result.data;
  }
}

/** Follows the pool into a folder. */
class Consumer {
  pool: Pool;
  folder: string;

  constructor(pool: Pool, folder: string) {
    this.pool = pool;
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Writes a file so that a crash leaves the old one or the new one. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, `${name}.new`), text);
    renameSync(join(this.folder, `${name}.new`), join(this.folder, name));
  }

  /** Brings our copy of a story to what it is now: kept, taken for our use, or taken down. Returns the variants that we hold. */
  async refresh(id: string): Promise<Set<string>> {
    const { story } = await this.pool.ask(StoryDocument, { id, use: USE });
    const kept = [];
    for (const { usageDecision, ...variant } of story?.variants ?? []) {
      if (present(usageDecision).decision === "DENY") continue;
      const input = { variantId: variant.id, version: variant.version, uses: [USE] };
      const { pickup, userErrors } = present((await this.pool.ask(TakeDocument, { input })).acknowledgePickup); // again: the same
      if (pickup) kept.push({ ...variant, pickup });
      for (const { message, code } of userErrors) console.error(`${variant.id} was not taken: ${message} (${code})`);
    }
    if (kept.length) this.write(`${id}.json`, JSON.stringify({ ...story, variants: kept }));
    else rmSync(join(this.folder, `${id}.json`), { force: true });
    return new Set(kept.map((variant) => variant.id));
  }

  /** Says of each notice that is open what was done with our copies, and where they ran. What is refused is tried at the next step. */
  async acknowledge(): Promise<void> {
    const { open, overdue } = await this.pool.ask(OwedDocument, {});
    for (const { node: notice } of [...present(overdue).edges, ...present(open).edges]) {
      const copies = [];
      if (notice.storyId && ["CORRECTION", "WITHHOLD", "KILL"].includes(notice.kind)) {
        const held = await this.refresh(notice.storyId); // so that what is said is true
        const taken = await this.pool.ask(TakenDocument, { story: notice.storyId });
        for (const { node: pickup } of present(taken.pickups).edges) {
          if (notice.variantIds.length && !notice.variantIds.includes(pickup.variantId)) continue;
          const action = held.has(pickup.variantId) ? ("CORRECTED" as const) : ("REMOVED" as const);
          copies.push({ pickupId: pickup.id, action, url: `https://news.example/${pickup.variantId}` });
        }
      }
      const answer = await this.pool.ask(AnswerDocument, { input: { noticeId: notice.id, copies } });
      for (const { message, code } of present(answer.acknowledgeNotice).userErrors) console.error(`${notice.id} is not acknowledged: ${message} (${code})`);
    }
  }

  /** Everything there is, and nothing that is not there any more; the log is followed from where it ended before. */
  async readAnew(): Promise<string> {
    const { latestCursor } = present((await this.pool.ask(ChangesDocument, { wait: 0 })).changes);
    const names = readdirSync(this.folder).filter((name) => name.endsWith(".json"));
    const ids = new Set(names.map((name) => name.slice(0, -".json".length)));
    for (let after: string | null = null, more = true; more; ) {
      const page: NonNullable<StoriesQuery["stories"]> = present((await this.pool.ask(StoriesDocument, { after })).stories);
      for (const { node } of page.edges) ids.add(node.id);
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    for (const id of ids) await this.refresh(id);
    return latestCursor;
  }

  /** One page of changes. Returns how many seconds to wait before the next. */
  async step(wait: number): Promise<number> {
    const place = join(this.folder, "cursor");
    let cursor: string;
    let delay = 0;
    try {
      if (!existsSync(place)) throw new Lost("there is no cursor yet");
      let last = readFileSync(place, "utf8");
      const page = present((await this.pool.ask(ChangesDocument, { after: last, wait })).changes);
      for (const { node: change } of page.edges) {
        if (change.previousCursor !== last) throw new Lost("a change is missing");
        last = change.cursor;
      }
      for (const { node: change } of page.edges) {
        if (change.kind === "AGREEMENT_CHANGED") await this.readAnew(); // what we may see has changed
        else if (change.storyId && /^(STORY|EMBARGO)_/.test(change.kind)) await this.refresh(change.storyId);
      }
      cursor = page.pageInfo.endCursor ?? last;
      delay = page.pageInfo.hasNextPage ? 0 : page.retryAfter;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      console.error(`reading everything anew: ${error.message}`);
      cursor = await this.readAnew();
    }
    this.write("cursor", cursor);
    await this.acknowledge();
    return delay;
  }
}

const [url, clientId, secret, folder, ...options] = argv.slice(2);
if (!url || !clientId || !secret || !folder) throw new Error("url, client id, secret and folder are needed");
const consumer = new Consumer(new Pool(url, clientId, secret), folder);
if (options.includes("--once")) {
  while ((await consumer.step(0)) === 0);
} else {
  for (;;) {
    try {
      await sleep((await consumer.step(25)) === 0 ? 0 : 1000); // the next page was waited for already
    } catch (error) {
      console.error(error); // the pool is away: nothing is lost, we go on from the cursor
      await sleep(10_000);
    }
  }
}
