import type { RichMessage } from '../kinds/rich-message.js';
import { type Box, type Change, remove, replace, setPinned } from './box.js';
import type { Message } from './message.js';
import type { Account, Chat, WorldState } from './model.js';
import type { PeerId } from './peer-id.js';

/** A change of messages that exist, in one box: a channel's, or that of the account `owner`. */
export interface Changed {
  readonly channel: Chat | undefined;
  readonly owner: number | undefined;
  readonly change: Change;
  /** The session that requested it: it gets the change in the answer, not by a push. */
  readonly originSession: bigint | undefined;
}

/** The parts of the world that a change needs. */
interface Scene {
  readonly state: Pick<WorldState, 'accounts'>;
  chat(id: PeerId): Chat | undefined;
  /** Unix time in seconds. */
  nowSeconds(): number;
}

export type Edit = Partial<Pick<Message, 'text' | 'entities' | 'media' | 'invertMedia'>> & {
  /** Undefined: the message is not a rich one any more. */
  readonly rich?: RichMessage | undefined;
};

/** Edits a message in every box that has a copy of it. */
export function editMessage(
  world: Scene,
  message: Message,
  edit: Edit,
  originSession: bigint | undefined,
): Changed[] {
  const editDate = world.nowSeconds();
  return copiesOf(world, message).map(({ box, channel, owner, message: copy }) => ({
    channel,
    owner: owner?.id,
    change: replace(box, editDate, edited(copy, edit, editDate)),
    originSession,
  }));
}

function edited(copy: Message, edit: Edit, editDate: number): Message {
  const { rich, ...rest } = { ...copy, ...edit };
  return { ...rest, ...(rich ? { rich } : {}), editDate };
}

/** Deletes messages of one chat: in every box, or in that of `onlyFor` alone. */
export function deleteMessages(
  world: Scene,
  messages: readonly Message[],
  { onlyFor, originSession }: { readonly onlyFor?: Account; readonly originSession?: bigint | undefined },
): Changed[] {
  return byBox(world, messages, onlyFor).map(({ box, channel, owner, messages: copies }) => ({
    channel,
    owner: owner?.id,
    change: remove(
      box,
      world.nowSeconds(),
      copies.map(({ id }) => id),
    ),
    originSession,
  }));
}

/** Pins or unpins messages of one chat: in every box, or in that of `onlyFor` alone. */
export function pinMessages(
  world: Scene,
  messages: readonly Message[],
  options: {
    readonly pinned: boolean;
    readonly onlyFor?: Account | undefined;
    readonly originSession?: bigint | undefined;
  },
): Changed[] {
  const { pinned, onlyFor, originSession } = options;
  return byBox(world, messages, onlyFor).map(({ box, channel, owner, messages: copies }) => {
    const peer = copies[0]?.peer ?? 0;
    const messageIds = copies.map(({ id }) => id);
    return {
      channel,
      owner: owner?.id,
      change: setPinned(box, world.nowSeconds(), { peer, messageIds, pinned }),
      originSession,
    };
  });
}

interface Place {
  readonly box: Box;
  readonly channel: Chat | undefined;
  readonly owner: Account | undefined;
}

interface Copy extends Place {
  readonly message: Message;
}

function copiesOf(world: Scene, message: Message): Copy[] {
  const channel = world.chat(message.peer);
  if (channel?.box) return [{ box: channel.box, channel, owner: undefined, message }];
  return [...world.state.accounts.values()].flatMap((owner) => {
    const copy = owner.box.messages.find(({ uid }) => uid === message.uid);
    return copy ? [{ box: owner.box, channel: undefined, owner, message: copy }] : [];
  });
}

function byBox(
  world: Scene,
  messages: readonly Message[],
  onlyFor: Account | undefined,
): (Place & { readonly messages: readonly Message[] })[] {
  const places = new Map<Box, Place & { readonly messages: Message[] }>();
  for (const { message, ...place } of messages.flatMap((each) => copiesOf(world, each))) {
    if (onlyFor && place.owner !== onlyFor && !place.channel) continue;
    const known = places.get(place.box) ?? { ...place, messages: [] };
    places.set(place.box, known);
    known.messages.push(message);
  }
  return [...places.values()];
}
