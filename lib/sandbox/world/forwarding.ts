import type { Forward, Message, SavedFrom } from './message.js';
import type { Account, Chat } from './model.js';
import { type PeerId, peerKind } from './peer-id.js';

/** The parts of the world that a forward header needs. */
interface Scene {
  account(id: number): Account | undefined;
  chat(id: PeerId): Chat | undefined;
}

/**
 * The header of a forward (core.telegram.org/constructor/messageFwdHeader). A forward of a forward names the first
 * author, not whoever forwarded it in between, and stays an import or an announcement (TDLib: copy_message_forward_info). A channel's post names the channel and the post, with its signature; a
 * message that somebody sent in the name of a group or channel names that; any other names its author, without a link
 * if the author's privacy settings say so. `to`: the chat it goes to; in the account's own Saved Messages the header
 * also says where the message was.
 */
export function forwardOf(world: Scene, me: Account, message: Message, to: PeerId): Forward {
  const { saved: _, ...origin } = message.forward ?? originOf(world, message);
  return to === me.id ? { ...origin, saved: savedFrom(me, message) } : origin;
}

function originOf(world: Scene, { id, peer, from, sender, date }: Message): Forward {
  const chat = world.chat(peer);
  if (chat?.kind === 'broadcast') {
    const author = chat.signatures ? nameOf(world.account(sender)) : undefined;
    return { from: peer, date, post: id, ...(author && { author }) };
  }
  if (from !== undefined && peerKind(from) !== 'user') {
    const author = chat && from === chat.id ? chat.members.get(sender)?.rank : undefined;
    return { from, date, ...(author && { author }) };
  }
  const account = world.account(from ?? sender);
  if (account?.hidesForwards) return { from: undefined, name: nameOf(account) || 'Hidden', date };
  return { from: from ?? sender, date };
}

function savedFrom(me: Account, { peer, id, sender, from, date, forward }: Message): SavedFrom {
  return { peer, id, out: sender === me.id, ...(forward && { by: { from, date } }) };
}

/** A user's full name. */
function nameOf(account: Account | undefined): string {
  return account ? [account.firstName, account.lastName].filter(Boolean).join(' ') : '';
}
