import assert from 'node:assert/strict';
import { createReadStream, mkdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import type { BlobStore } from '../../lib/blobs/store.js';
import type { EraseStep, EraseSummary } from '../../lib/erase/events.js';
import { makePlan, type Planned, type PlanOptions } from '../../lib/erase/plan.js';
import { type ErasePlan, idsOf } from '../../lib/erase/plan-file.js';
import { Prover } from '../../lib/erase/prove.js';
import type { Refused } from '../../lib/erase/reasons.js';
import { EraseRun } from '../../lib/erase/run.js';
import type { JobLease } from '../../lib/ledger/job-term.js';
import type { SandboxOptions } from '../../lib/sandbox/sandbox.js';
import type { Chat as WorldChat } from '../../lib/sandbox/world/model.js';
import type { OpenStore } from '../../lib/store/open-store.js';
import { eraseBatchesOf } from '../../lib/store/tables/erase-batches.js';
import type { Chat } from '../../lib/telegram/chat.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { type CloneScene, cloneScene } from './clone-scene.js';
import { chatOrder, type DownloadScene, downloadScene, HOST, type StoreDatabase } from './download-scene.js';
import { selectionFor } from './selection.js';
import { temporaryFolder } from './temporary-folder.js';

/** A sandbox, an archive of its chats, and plans and their runs on demand. */
export interface EraseScene extends CloneScene {
  readonly store: DownloadScene['store'];
  /** Saves a chat with its files, or as a scan does, without them. */
  archive(chat: Named, how?: { readonly files: boolean }): Promise<void>;
  plan(chat: Named, more?: Partial<PlanOptions>): Promise<Planned>;
  /** One run, as telepi erase run makes it; a death at a step throws what `onStep` throws. */
  run(plan: ErasePlan, more?: RunMore): Promise<EraseRunOutcome>;
  /** The messages that one of the account's chats has now. */
  there(chat: Pick<Named, 'id'>): number[];
  batches(plan: ErasePlan): ReturnType<typeof eraseBatchesOf>;
  /** Ids of messages of a chat that the archive has marked. */
  marked(chat: Named): Promise<number[]>;
}

type Named = Pick<WorldChat, 'id' | 'username'>;

interface RunMore {
  readonly onStep?: (step: EraseStep) => void;
  readonly store?: OpenStore;
  readonly blobs?: readonly BlobStore[];
  readonly lease?: JobLease | undefined;
  /** Called between what is decided and what is deleted. */
  readonly decided?: () => void | Promise<void>;
}

export interface EraseRunOutcome {
  readonly refused: readonly Refused[];
  readonly summary: EraseSummary | undefined;
  readonly error: unknown;
}

export async function eraseScene(
  t: TestContext,
  options: SandboxOptions = {},
  database?: StoreDatabase,
): Promise<EraseScene> {
  const scene = await cloneScene(options);
  t.after(() => scene.close());
  const dataDir = temporaryFolder(t);
  const folder = join(dataDir, 'files');
  mkdirSync(folder);
  const downloads = await downloadScene(t, scene, { folder, dataDir, ...(database && { database }) });
  const { client, me } = scene;
  const { signal } = new AbortController();
  const store = { ...downloads.store, close: async () => undefined } as OpenStore;
  const proverOf = (blobs: readonly BlobStore[] = []) =>
    new Prover({
      ...{ db: store.db, accountId: me.id, blobs, signal },
      async openCopy({ path }) {
        const found = await stat(path).catch(() => undefined);
        return found && { size: found.size, stream: createReadStream(path) };
      },
    });
  const found = new Map<string, Promise<Chat>>();
  // A private chat without messages leaves the list of dialogs, and nobody finds it there again.
  const resolved = (name: string): Promise<Chat> => {
    const chat = found.get(name) ?? resolveChat(client, parseChatRef(name), signal);
    found.set(name, chat);
    return chat;
  };
  return {
    ...scene,
    store: downloads.store,
    async archive(chat, { files } = { files: true }) {
      const { error } = await downloads.run([await chatOrder(scene, chat)], {}, () => files);
      if (error) throw error;
    },
    async plan(chat, more = {}) {
      return makePlan({
        ...{ client, accountId: me.id, server: undefined, clock: systemClock, signal },
        chat: await resolved(String(chat.id)),
        ...{ forEveryone: true, others: false, unarchived: false, prover: proverOf() },
        selection: await selectionFor({}, { self: me.id }),
        ...more,
      });
    },
    async run(plan, { onStep = () => undefined, decided = () => undefined, ...more } = {}) {
      const chat = await resolved(plan.chat.id);
      const run = new EraseRun({
        ...{ client, chat, accountId: me.id, plan, host: HOST, clock: systemClock, signal },
        ...{ store: more.store ?? store, prover: proverOf(more.blobs), onStep, lease: more.lease },
      });
      let refused: readonly Refused[] = [];
      try {
        refused = await run.decide();
        await decided();
        return { refused, summary: await run.erase(), error: undefined };
      } catch (error) {
        return { refused, summary: undefined, error };
      }
    },
    there: ({ id }) => scene.sandbox.world.messagesWith(me.id, id).map((message) => message.id),
    batches: ({ hash }) => eraseBatchesOf(store.db, me.id, hash),
    async marked({ id }) {
      const rows = await store.db
        .selectFrom('messages')
        .select('message_id')
        .where('chat_id', '=', id)
        .where('deleted_datetime', 'is not', null)
        .orderBy('message_id')
        .execute();
      return rows.map(({ message_id }) => Number(message_id));
    },
  };
}

/** The ids of a plan, of one of its chats. */
export function plannedIds(plan: ErasePlan, { id }: Named): number[] {
  return plan.messages.filter(({ chat }) => chat === String(id)).flatMap(({ ids }) => [...idsOf(ids)]);
}

/** A supergroup of own messages and some of another person. */
export async function largeGroup(scene: EraseScene, own = 230) {
  const group = scene.group('Large');
  const other = scene.sandbox.world.createUser({ phone: '9996600002', code: '1', firstName: 'Bo' });
  scene.sandbox.world.addMember(group, other.id);
  for (let index = 1; index <= own; index += 1) {
    scene.post(group, { text: `text ${index}` });
    if (index % 50 === 0) scene.post(group, { from: other.id, text: `theirs ${index}` });
  }
  await scene.archive(group);
  return { group, other };
}

/** A message of a group, as the sandbox has it. */
export function found(group: WorldChat, id: number | undefined) {
  const message = group.box?.messages.find((each) => each.id === id);
  assert.ok(message);
  return message;
}

/** A server on which channels.deleteMessages deletes other ids. */
export function wickedDelete(choose: (ids: number[]) => number[]): NonNullable<SandboxOptions['methods']> {
  return (methods) => {
    const usual = methods.get('channels.DeleteMessages');
    assert.ok(usual);
    const wicked: typeof usual = (request, caller) => {
      const { id } = request as { id: number[] };
      return usual(Object.assign(request as object, { id: choose(id.map(Number)) }), caller);
    };
    return new Map([...methods, ['channels.DeleteMessages', wicked]]);
  };
}
