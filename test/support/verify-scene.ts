import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { jobChats } from '../../lib/clone/job-chats.js';
import { readCopies } from '../../lib/ledger/copies.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat as WorldChat } from '../../lib/sandbox/world/model.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { Finding } from '../../lib/verify/findings.js';
import type { VerifyOptions } from '../../lib/verify/options.js';
import { runVerify, type VerifyReport } from '../../lib/verify/verify.js';
import { type CloneScene, cloneScene, type RunOptions } from './clone-scene.js';
import { temporaryFolder } from './temporary-folder.js';

export interface VerifyScene extends CloneScene {
  /** Verifies as `telepi verify` does. `folder`: that of the job; without it, no ledger is used. */
  verify(
    source: WorldChat,
    target: WorldChat,
    options?: Partial<VerifyOptions> & { readonly folder?: string },
  ): Promise<VerifyReport>;
}

/** A sandbox in which chats are cloned and verified, closed when the test ends. */
export async function verifyScene(
  t: Pick<TestContext, 'after'>,
  options: Parameters<typeof cloneScene>[0] = {},
): Promise<VerifyScene> {
  const scene = await cloneScene(options);
  t.after(() => scene.close());
  const state = temporaryFolder(t);
  const { client, me } = scene;
  return {
    ...scene,
    async verify(from, to, { folder, ...more } = {}) {
      const signal = new AbortController().signal;
      const [source, target] = [
        await resolveChat(client, parseChatRef(String(from.id)), signal),
        await resolveChat(client, parseChatRef(String(to.id)), signal),
      ];
      const job = { ...jobChats({ source, target }), accountId: me.id, clock: systemClock };
      const copies =
        folder === undefined
          ? undefined
          : await readCopies({ ...job, owner: DATABASE_OWNER, dataDir: dirname(folder) });
      return runVerify({
        client,
        source: { chat: source, topic: undefined },
        target: { chat: target, topic: undefined },
        self: me.id,
        copies,
        sample: undefined,
        newSeed: () => 'seed',
        journalPath: join(state, 'verify', 'journal.jsonl'),
        budget: new ByteBudget(64 * 1024 * 1024),
        clock: systemClock,
        log: silentLog,
        onEvent: () => {},
        signal,
        ...more,
      });
    },
  };
}

/** A chat that was cloned, whose copy can be damaged and restored. */
export interface ClonedScene<Content> {
  readonly scene: VerifyScene;
  readonly from: WorldChat;
  readonly target: WorldChat;
  readonly content: Content;
  /** The job's folder. */
  readonly folder: string;
  /** The copy of a message of the source, as it was before any damage. */
  copy(sourceId: number): Message;
  verify(
    how: Partial<VerifyOptions> & { readonly byLedger: boolean; readonly inFiles?: boolean },
  ): Promise<VerifyReport>;
  /** Puts everything in the target back as it was. */
  restore(): void;
}

/** Clones what `fill` puts into a chat. */
export async function clonedScene<Content>(
  t: Pick<TestContext, 'after'>,
  fill: (scene: CloneScene, chat: WorldChat) => Content,
  {
    forum = false,
    premium = false,
    run = {},
  }: { readonly forum?: boolean; readonly premium?: boolean; readonly run?: RunOptions } = {},
): Promise<ClonedScene<Content>> {
  const scene = await verifyScene(t, { premium });
  const chat = (title: string): WorldChat => (forum ? scene.forum(title) : scene.group(title));
  const [from, target] = [chat('From'), chat('To')];
  const content = fill(scene, from);
  const { folder, error, events } = await scene.clone(from, target, { autoCreateTopics: forum, ...run });
  if (error) throw error;
  const ids = new Map<number, number>();
  for (const [kind, event] of events) {
    if (kind !== 'sent') continue;
    const { sourceIds, targetIds } = event as Record<'sourceIds' | 'targetIds', number[]>;
    for (const [index, id] of sourceIds.entries()) ids.set(id, targetIds[index] ?? 0);
  }
  const whole = [...(target.box?.messages ?? [])];
  return {
    scene,
    from,
    target,
    content,
    folder,
    copy(sourceId) {
      const found = whole.find(({ id }) => id === ids.get(sourceId));
      if (!found) throw new Error(`Message ${sourceId} has no copy.`);
      return found;
    },
    verify: ({ byLedger, inFiles, ...more }) =>
      scene.verify(from, target, {
        ...(byLedger && { folder }),
        ...(inFiles && { sample: { kind: 'all' } }),
        ...more,
      }),
    restore: () => void target.box?.messages.splice(0, Number.POSITIVE_INFINITY, ...whole),
  };
}

/** Findings as `kind field source→target`, for comparison. */
export function findingsOf({ findings }: Pick<VerifyReport, 'findings'>): string[] {
  return findings.map(findingText).sort();
}

function findingText({ kind, field, sourceId, targetId }: Finding): string {
  return `${kind}${field === undefined ? '' : ` ${field}`} ${sourceId ?? ''}→${targetId ?? ''}`;
}
