import type { Reading, Target } from '../kinds/kind.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import { isKeptIn } from '../world/protection.js';
import type { World } from '../world/world.js';
import { badRequest, type Call, type MethodContext } from './context.js';
import { styledText } from './message-text.js';
import { peerOf } from './peers.js';

/** `me` sending media to `peer`. */
export function readingOf(context: MethodContext, { me, caller }: Call, peer: PeerId): Reading {
  const { world, files, random } = context;
  return {
    me,
    keyId: caller.key.id,
    target: targetKind(context, me, peer),
    now: world.nowSeconds(),
    random,
    files,
    mayTake: (origin) => refuseKept(world, me, peer, origin),
    styled: (text, entities) => styledText(context, me, text, entities, peer),
    peer: (input) => peerOf(world, me, input),
    story: (owner, id) => world.state.stories?.get(owner)?.get(id),
    userByPhone: (phone) => world.accountByPhone(phone)?.id,
  };
}

/** `origin`: the message in which a file was seen, as `showingOf` names it. */
function refuseKept(world: World, me: Account, target: PeerId, origin: string): void {
  const uid = /^message:(\d+)$/.exec(origin)?.[1];
  const message = uid === undefined ? undefined : seen(world, me, Number(uid));
  if (message && message.peer !== target && isKeptIn(world, me, message))
    throw badRequest('CHAT_FORWARDS_RESTRICTED');
}

/** The account's own copy of a message, or a channel's. */
function seen({ state }: World, me: Account, uid: number): Message | undefined {
  for (const { box } of [me, ...state.chats.values()]) {
    const message = box?.messages.find((each) => each.uid === uid);
    if (message) return message;
  }
  return undefined;
}

function targetKind({ world }: MethodContext, me: Account, peer: PeerId): Target {
  const chat = world.chat(peer);
  const kind = chat?.monoforum ? 'monoforum' : (chat?.kind ?? userKind(world.account(peer), me));
  return { peer, kind, takesPaidMedia: chat?.paidMedia ?? false };
}

function userKind(account: Account | undefined, me: Account): Target['kind'] {
  if (account?.id === me.id) return 'self';
  return account?.kind === 'bot' ? 'bot' : 'user';
}
