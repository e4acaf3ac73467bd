import { Api } from 'telegram/tl/index.js';
import { UsageError } from '../base/errors.js';
import { shareMadeTarget, type TargetMaker, whileMakingTarget } from '../ledger/made-target.js';
import { isMade, type Made, type MadeTarget, type MadeTargetKey } from '../ledger/made-target-record.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import { createChannel } from '../telegram/create-channel.js';
import { fromLong } from '../telegram/long.js';
import { leasedClient } from './leased-client.js';

export interface MakeTargetOptions {
  readonly client: TelepiClient;
  readonly source: Pick<Chat, 'id' | 'kind' | 'title'>;
  readonly key: MadeTargetKey;
  readonly maker: TargetMaker;
  readonly signal: AbortSignal;
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
 * call again. With a database on a server, machines make it under a lease, as they act for a job. `isNew`: this call has
 * made it.
 */
export async function makeTarget(options: MakeTargetOptions): Promise<Made & { readonly isNew: boolean }> {
  const { client, source, key, maker, signal } = options;
  const kind = madeKindOf(source);
  const known = await shareMadeTarget(key, maker);
  if (isMade(known)) return { ...known, isNew: false };
  return whileMakingTarget(key, maker, async ({ record: before, term, write }) => {
    if (isMade(before)) return { ...before, isNew: false };
    const planned: MadeTarget = before ?? {
      version: 1,
      mark: `TelePi is creating this chat (${maker.random.bytes(16).toString('hex')}).`,
      kind,
      title: source.title,
      plannedAt: maker.clock.now(),
    };
    if (!before) await write(planned);
    const channel = { ...planned, plannedAt: Math.floor(planned.plannedAt / 1000) };
    const within = term ? leasedClient(client, term) : client;
    const { id, peer } = await createChannel(within, channel, { wasTried: before !== undefined, signal });
    const accessHash = peer instanceof Api.InputPeerChannel ? String(fromLong(peer.accessHash)) : '0';
    const made = { ...planned, targetId: id, accessHash };
    await write(made);
    return { ...made, isNew: true };
  });
}
