import type { Reading, Target } from '../kinds/kind.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import type { MethodContext } from './context.js';
import { styledText } from './message-text.js';
import { peerOf } from './peers.js';

/** `me` sending media to `peer`. */
export function readingOf(context: MethodContext, me: Account, peer: PeerId): Reading {
  const { world, files, random } = context;
  return {
    me,
    target: targetKind(context, me, peer),
    now: world.nowSeconds(),
    random,
    files,
    styled: (text, entities) => styledText(context, me, text, entities, peer),
    peer: (input) => peerOf(world, me, input),
    story: (owner, id) => world.state.stories?.get(owner)?.get(id),
    userByPhone: (phone) => world.accountByPhone(phone)?.id,
  };
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
