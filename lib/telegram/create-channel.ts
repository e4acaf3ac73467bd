import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { PatientCaller, Timed } from './caller.js';
import { type ListedChat, listedChatOf } from './chat.js';
import { readDialogs } from './dialogs.js';
import { toInputChannel } from './history.js';
import { sendOnce } from './send-for-ids.js';

export interface NewChannel {
  readonly kind: 'channel' | 'supergroup' | 'forum';
  /** At most 128 characters. */
  readonly title: string;
  /** Its first description, which no other chat has: by it, the chat is recognised. */
  readonly mark: string;
  /** Before this time it can't have been created, in unix seconds. */
  readonly plannedAt: number;
}

/** How often a chat that may have been created is looked for before the call is repeated, a second apart. */
const LOOKS = 4;
const PAUSE_MS = 1_000;

/**
 * Creates a channel, supergroup or forum (channels.createChannel), once: the call has no random_id, so wherever it may
 * have succeeded, the chat is looked for among this account's own. `wasTried`: an earlier process may have made the call.
 */
export async function createChannel(
  client: PatientCaller & Timed,
  channel: NewChannel,
  { wasTried, signal }: { readonly wasTried: boolean; readonly signal: AbortSignal },
): Promise<ListedChat> {
  const look = (whileLooking: AbortSignal) => lookFor(client, channel, whileLooking);
  const before = wasTried ? await look(signal) : undefined;
  if (before) return before;
  const { kind, title, mark } = channel;
  const request = new Api.channels.CreateChannel({
    title,
    about: mark,
    broadcast: kind === 'channel',
    megagroup: kind !== 'channel',
    forum: kind === 'forum',
  });
  const made = (await sendOnce(client, request, ownChannelIn, { signal, look })) ?? (await look(signal));
  if (made) return made;
  throw new FailedError(
    'TARGET_UNKNOWN',
    `Telegram created "${title}" without saying which chat it is, and doesn't list it: run again.`,
  );
}

function ownChannelIn(updates: Api.TypeUpdates): ListedChat | undefined {
  if (!(updates instanceof Api.Updates || updates instanceof Api.UpdatesCombined)) return undefined;
  const made = updates.chats.find((chat) => chat instanceof Api.Channel && chat.creator);
  return made && listedChatOf(made);
}

async function lookFor(
  client: PatientCaller & Timed,
  channel: NewChannel,
  signal: AbortSignal,
): Promise<ListedChat | undefined> {
  for (let looks = 1; ; looks += 1) {
    const found = await findMarked(client, channel, signal);
    if (found || looks === LOOKS) return found;
    await client.clock.sleep(PAUSE_MS, signal);
  }
}

/** Clocks may differ by this much, in seconds: a day. */
const SLACK = 86_400;

/** The own chat with that description. Its title may have been changed meanwhile. */
async function findMarked(
  client: PatientCaller,
  { mark, plannedAt }: NewChannel,
  signal: AbortSignal,
): Promise<ListedChat | undefined> {
  const asked = new Set<string>();
  for await (const { peers } of readDialogs(client, signal)) {
    for (const entity of peers) {
      if (!(entity instanceof Api.Channel) || !entity.creator || entity.date < plannedAt - SLACK) continue;
      const chat = listedChatOf(entity);
      const { peer } = chat;
      if (!(peer instanceof Api.InputPeerChannel) || asked.has(String(entity.id))) continue;
      asked.add(String(entity.id));
      const request = new Api.channels.GetFullChannel({ channel: toInputChannel(peer) });
      const { fullChat } = await client.call(request, { signal });
      if (fullChat.about === mark) return chat;
    }
  }
  return undefined;
}
