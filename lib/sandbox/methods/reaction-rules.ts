import { Api } from 'telegram/tl/index.js';
import { fromLong } from '../tl.js';
import type { Message } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import type { Reaction } from '../world/reactions.js';
import { badRequest, forbidden } from './context.js';

/** help.getAppConfig: reactions_uniq_max, reactions_user_max_default and reactions_user_max_premium. */
export const REACTION_LIMITS = { different: 11, own: 1, ownPremium: 3 } as const;

/** The emoji that may be reactions (core.telegram.org/bots/api#reactiontypeemoji). */
const EMOJI: ReadonlySet<string> = new Set(
  (
    '👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 ' +
    '😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡'
  ).split(' '),
);

/**
 * The reactions that a call asks for, checked: REACTION_EMPTY, REACTION_INVALID for unknown ones, paid ones (they have a
 * method of their own) and ones that the chat doesn't allow, PREMIUM_ACCOUNT_REQUIRED for custom emoji without Premium.
 */
export function readReactions(
  me: Account,
  chat: Chat | undefined,
  inputs: readonly Api.TypeReaction[],
): Reaction[] {
  const reactions = [...new Set(inputs.map(readReaction))];
  for (const reaction of reactions) {
    if (typeof reaction === 'bigint' && !me.premium) throw forbidden('PREMIUM_ACCOUNT_REQUIRED');
    if (!isAllowed(chat, reaction)) throw badRequest('REACTION_INVALID');
  }
  return reactions;
}

/** REACTION_EMPTY, REACTION_INVALID. */
export function readReaction(input: Api.TypeReaction): Reaction {
  if (input instanceof Api.ReactionEmpty) throw badRequest('REACTION_EMPTY');
  if (input instanceof Api.ReactionCustomEmoji) return fromLong(input.documentId);
  if (!(input instanceof Api.ReactionEmoji)) throw badRequest('REACTION_INVALID');
  const emoji = input.emoticon.replaceAll('\ufe0f', '');
  if (emoji === '') throw badRequest('REACTION_EMPTY');
  if (!EMOJI.has(emoji)) throw badRequest('REACTION_INVALID');
  return emoji;
}

/**
 * REACTIONS_TOO_MANY when the message would have more than eleven different reactions, or the account gives more than it
 * may: one, or three with Premium.
 */
export function checkNumber(
  me: Account,
  { reactions: before = [] }: Message,
  own: readonly Reaction[],
): void {
  const most = me.premium ? REACTION_LIMITS.ownPremium : REACTION_LIMITS.own;
  const others = before.filter(({ user }) => user !== me.id).map(({ reaction }) => reaction);
  const different = new Set([...others, ...own]).size;
  if (own.length > most || (own.length > 0 && different > REACTION_LIMITS.different))
    throw badRequest('REACTIONS_TOO_MANY');
}

/** Unless a chat says otherwise, groups allow everything, and channels every emoji. */
function isAllowed(chat: Chat | undefined, reaction: Reaction): boolean {
  const allowed = chat?.reactions ?? (chat?.kind === 'broadcast' ? 'emoji' : 'all');
  if (allowed === 'none') return false;
  if (allowed === 'all') return true;
  return allowed === 'emoji' ? typeof reaction === 'string' : allowed.includes(reaction);
}
