import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { systemClock } from '../../lib/base/clock.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { queueFound } from '../../lib/cli/verify/repair.js';
import { jobChats } from '../../lib/clone/job-chats.js';
import { readCopies } from '../../lib/ledger/copies.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { CloneRun, RunOptions } from './clone-scene.js';
import type { ClonedScene } from './verify-scene.js';

/** What `telepi verify --repair` has queued, and the run after it. */
export interface Repaired extends Pick<CloneRun, 'summary' | 'events'> {
  readonly queued: number;
}

/** Queues what a verification finds, as `telepi verify --repair` does, and runs the job. */
export async function repairAll(cloned: ClonedScene<unknown>, options: RunOptions = {}): Promise<Repaired> {
  const queued = await queueAll(cloned);
  return { queued, ...(await runQueued(cloned, options)) };
}

/** Queues what a verification finds; returns how many messages that are. */
export async function queueAll(cloned: ClonedScene<unknown>): Promise<number> {
  const { scene, from, target, folder } = cloned;
  const report = await cloned.verify({ byLedger: true, inFiles: true });
  const signal = new AbortController().signal;
  const [source, to] = [
    await resolveChat(scene.client, parseChatRef(String(from.id)), signal),
    await resolveChat(scene.client, parseChatRef(String(target.id)), signal),
  ];
  const job = {
    ...jobChats({ source, target: to }),
    dataDir: dirname(folder),
    owner: DATABASE_OWNER,
    accountId: scene.me.id,
    clock: systemClock,
    random: systemRandom,
  };
  const copies = await readCopies(job);
  assert.ok(copies);
  return queueFound(job, copies, report);
}

/** Runs the job. */
export async function runQueued(
  { scene, from, target }: ClonedScene<unknown>,
  options: RunOptions = {},
): Promise<Pick<CloneRun, 'summary' | 'events'>> {
  const { summary, error, events } = await scene.clone(from, target, options);
  assert.equal(error, undefined);
  return { summary, events };
}
