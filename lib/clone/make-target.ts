import { Api } from 'telegram/tl/index.js';
import { UsageError } from '../base/errors.js';
import type { Random } from '../base/random.js';
import {
  type MadeTarget,
  type MadeTargetKey,
  readMadeTarget,
  whileMakingTarget,
  writeMadeTarget,
} from '../ledger/made-target.js';
import type { PatientCaller, Timed } from '../telegram/caller.js';
import type { Chat } from '../telegram/chat.js';
import { createChannel } from '../telegram/create-channel.js';
import { fromLong } from '../telegram/long.js';

export interface MakeTargetOptions {
  readonly client: PatientCaller & Timed;
  readonly source: Pick<Chat, 'id' | 'kind' | 'title'>;
  readonly key: MadeTargetKey;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** The target that was made for a source. */
export interface Made extends MadeTarget {
  readonly targetId: number;
  readonly accessHash: string;
}

/**
 * What a target has to be for this source; a basic group becomes a supergroup.
 * @throws UsageError TARGET_KIND for a private chat, which can't be made.
 */
export function madeKindOf({ id, kind, title }: MakeTargetOptions['source']): MadeTarget['kind'] {
  if (kind === 'group') return 'supergroup';
  if (kind !== 'user') return kind;
  throw new UsageError(
    'TARGET_KIND',
    `"${title}" (${id}) is a private chat, and no chat of its kind can be created: create a group, and name it as TARGET_CHAT.`,
    { fields: { chat: id } },
  );
}

/**
 * Makes the target of a source once: a mark that no other chat has is durable before the call and is the new chat's
 * first description, so that a process that finds the record without the chat's id looks for it before it makes the
 * call again. `isNew`: this call has made it.
 */
export async function makeTarget(options: MakeTargetOptions): Promise<Made & { readonly isNew: boolean }> {
  const { client, source, key, random, signal } = options;
  const kind = madeKindOf(source);
  const known = await readMadeTarget(key);
  if (known && isMade(known)) return { ...known, isNew: false };
  return whileMakingTarget(key.dataDir, async () => {
    const before = await readMadeTarget(key);
    if (before && isMade(before)) return { ...before, isNew: false };
    const planned: MadeTarget = before ?? {
      version: 1,
      mark: `TelePi is creating this chat (${random.bytes(16).toString('hex')}).`,
      kind,
      title: source.title,
      plannedAt: client.clock.now(),
    };
    if (!before) await writeMadeTarget(key, planned);
    const channel = { ...planned, plannedAt: Math.floor(planned.plannedAt / 1000) };
    const { id, peer } = await createChannel(client, channel, { wasTried: before !== undefined, signal });
    const accessHash = peer instanceof Api.InputPeerChannel ? String(fromLong(peer.accessHash)) : '0';
    const made = { ...planned, targetId: id, accessHash };
    await writeMadeTarget(key, made);
    return { ...made, isNew: true };
  });
}

function isMade(record: MadeTarget): record is Made {
  return record.targetId !== undefined && record.accessHash !== undefined;
}
