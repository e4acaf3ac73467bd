import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { type Random, systemRandom } from '../../lib/base/random.js';
import { runClone } from '../../lib/clone/clone.js';
import type { CloneEvent as Told } from '../../lib/clone/events.js';
import { jobChats } from '../../lib/clone/job-chats.js';
import type { CloneOptions } from '../../lib/clone/options.js';
import { preflight } from '../../lib/clone/preflight.js';
import type { CloneSummary } from '../../lib/clone/summary.js';
import type { Job, JobNote } from '../../lib/ledger/job.js';
import type { JobOptions } from '../../lib/ledger/job-scene.js';
import type { LedgerPlace } from '../../lib/ledger/ledger.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import type { Wait } from '../../lib/pace/wait.js';
import type { SourceFile } from '../../lib/sandbox/files/file-store.js';
import type { Uploader } from '../../lib/sandbox/files/uploads.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Account, Chat as WorldChat } from '../../lib/sandbox/world/model.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { currentUser } from '../../lib/telegram/sign-in.js';
import { chatContent } from './chat-content.js';
import { clientOf } from './client-of.js';
import { placeOf } from './test-database.js';

/** An event that the clone reported: its kind, then its fields. */
export type CloneEvent = readonly [kind: Told['kind'], value: Readonly<Record<string, unknown>>];

export interface CloneRun {
  /** Undefined when the run threw. */
  readonly summary: CloneSummary | undefined;
  readonly error: unknown;
  readonly events: readonly CloneEvent[];
  readonly checkpoint: number;
  /** The job's folder; empty when the run was refused before it was opened. */
  readonly folder: string;
  readonly topicMap: ReadonlyMap<number, number>;
  /** Notes from opening the job. */
  readonly notes: readonly JobNote[];
  readonly budget: ByteBudget;
}

export interface RunOptions
  extends Partial<Omit<CloneOptions, 'source' | 'target' | 'autoCreateTopics' | 'onEvent'>> {
  /** Undefined: the user has not decided. Default: no. */
  readonly autoCreateTopics?: boolean | undefined;
  readonly restart?: boolean;
  /** Where the ledger is. Default: see placeOf. */
  readonly place?: LedgerPlace;
  /** How the job is opened, apart from what the run says. */
  readonly opening?: Pick<JobOptions, 'host' | 'leaseTimes'>;
  /** Wraps the job that the run uses. */
  readonly wrapJob?: (job: Job) => Job;
  /** Called with each event as it comes. */
  readonly onEvent?: (event: CloneEvent) => void;
}

/** A sandbox, our client signed in to it, and clones on demand. */
export interface CloneScene {
  readonly sandbox: Sandbox;
  readonly client: TelepiClient;
  readonly me: Account;
  /** The client, as the sandbox knows who uploads. */
  readonly uploader: Uploader;
  /** Waits that the client reported. */
  readonly waits: readonly Wait[];
  /** Resolves at the next wait that the client reports. */
  untilWait(): Promise<Wait>;
  /** A forum of `me`. */
  forum(title: string): WorldChat;
  /** A supergroup of `me`. */
  group(title: string, more?: object): WorldChat;
  /** A basic group of `me`. */
  basicGroup(title: string): WorldChat;
  /** Posts as `me`, and returns the id. */
  post(chat: WorldChat, fields: object): number;
  /** A document of `size` bytes; by default a zip on either DC. */
  document(size: number, file?: Partial<SourceFile & { kind: 'document' }>): Media;
  /** Opens the job's folder, clones, and closes it, as `telepi run` does. Never throws the clone's error. */
  clone(source: NamedChat, target: WorldChat | 'me', options?: RunOptions): Promise<CloneRun>;
  /** Checks that the target has the source's content, and nothing else. */
  assertSame(source: WorldChat, target: WorldChat): Promise<void>;
  close(): Promise<void>;
}

export async function cloneScene(
  options: SandboxOptions & { readonly premium?: boolean; readonly clientRandom?: Random } = {},
): Promise<CloneScene> {
  const { premium = false, clientRandom = systemRandom, ...rest } = options;
  const clock = options.clock ?? systemClock;
  const sandbox = await startSandbox(rest);
  const dataDir = mkdtempSync(join(tmpdir(), 'telepi-clone-'));
  const waits: Wait[] = [];
  let onWait: (wait: Wait) => void = () => {};
  const me = sandbox.world.createUser({ phone: '9996600001', code: '12345', firstName: 'Ann', premium });
  const stop = new AbortController();
  const client = await clientOf(sandbox, me, {
    clock,
    random: clientRandom,
    onWait(wait) {
      waits.push(wait);
      onWait(wait);
    },
    signal: stop.signal,
  });
  return {
    sandbox,
    client,
    me,
    uploader: {
      userId: me.id,
      keyId: Buffer.from(client.keyId ?? '', 'hex').readBigInt64LE(),
      premium,
    },
    waits,
    untilWait: () =>
      new Promise((resolve) => {
        onWait = resolve;
      }),
    forum: (title) => sandbox.world.createChannel({ title, creator: me.id, megagroup: true, forum: true }),
    group: (title, more) => sandbox.world.createChannel({ title, creator: me.id, megagroup: true, ...more }),
    basicGroup: (title) => sandbox.world.createGroup({ title, creator: me.id }),
    post: (chat, fields) => sandbox.world.post({ chat: chat.id, from: me.id, ...fields }).id,
    document(size, file) {
      const { id } = sandbox.files.add({
        kind: 'document',
        dcId: 1 + (size % 2),
        size,
        mimeType: 'application/zip',
        attributes: [{ type: 'filename', name: `${size}.zip` }],
        ...file,
      });
      return { kind: 'document', fileId: id, spoiler: false };
    },
    clone: (source, target, run = {}) => cloneOnce({ client, dataDir, clock }, source, target, run),
    async assertSame(source, target) {
      assert.deepEqual(await chatContent(sandbox, target), await chatContent(sandbox, source));
    },
    async close() {
      stop.abort();
      await client.close();
      await sandbox.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Opens the job's folder, clones, and closes it: see CloneScene. */
export async function cloneOnce(
  {
    client,
    dataDir,
    clock,
  }: { readonly client: TelepiClient; readonly dataDir: string; readonly clock: Clock },
  from: NamedChat,
  to: NamedChat | 'me',
  { restart = false, wrapJob = (job) => job, onEvent, place: given, opening, ...options }: RunOptions,
): Promise<CloneRun> {
  const signal = options.signal ?? new AbortController().signal;
  const [random, log] = [systemRandom, silentLog];
  const look = new AbortController().signal;
  const source = await resolveChat(client, parseChatRef(nameOf(from)), look);
  const target = await resolveChat(client, parseChatRef(nameOf(to)), look);
  const { sourceTopic, targetTopic } = options;
  const budget = options.budget ?? new ByteBudget(64 * 1024 * 1024);
  const events: CloneEvent[] = [];
  const base = { client, source, target, autoCreateTopics: false, allowProtected: false, ...options };
  try {
    await preflight({ ...base, signal, log });
  } catch (error) {
    const nothing = { summary: undefined, checkpoint: 0, folder: '', topicMap: new Map(), notes: [] };
    return { ...nothing, error, events, budget };
  }
  const place = given ?? placeOf(join(dataDir, 'data'));
  const job = await openJob({
    ...place,
    ...opening,
    session: client.sessionMark,
    accountId: Number((await currentUser(client, look)).id),
    ...jobChats({ source, target, sourceTopic, targetTopic }),
    restart,
    clock,
    random,
    log,
  });
  let summary: CloneSummary | undefined;
  let error: unknown;
  try {
    summary = await runClone({
      slots: 4,
      connections: 2,
      minIntervalMs: 0,
      clock,
      random,
      log,
      ...base,
      autoCreateTopics: base.autoCreateTopics === true,
      job: wrapJob(job),
      budget,
      onEvent({ kind, ...value }) {
        events.push([kind, value]);
        onEvent?.([kind, value]);
      },
      signal,
    });
  } catch (thrown) {
    error = thrown;
  } finally {
    await job.close();
  }
  const { checkpoint, topicMap, path: folder, notes } = job;
  return { summary, error, events, checkpoint, folder, topicMap, notes, budget };
}

/** A chat, as the settings name it. */
export interface NamedChat {
  readonly id: number;
  readonly username?: string | undefined;
}

function nameOf(chat: NamedChat | 'me'): string {
  if (chat === 'me') return chat;
  const { id, username } = chat;
  return username === undefined ? String(id) : `@${username}`;
}
