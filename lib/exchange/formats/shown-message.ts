import type { MessageDocument, PostDocument } from '../../messages/document/document.js';
import type { Reaction } from '../../messages/document/reactions.js';
import type { Names } from '../names.js';

/** What a person sees around the text of a message. */
export interface ShownMessage {
  readonly senderId: number | undefined;
  readonly sender: string | undefined;
  /** The kind of what it holds besides its text. */
  readonly media: string | undefined;
  /** Where it was forwarded from. */
  readonly forwardedFrom: string | undefined;
  /** `👍 3, ❤ 1` */
  readonly reactions: string | undefined;
}

export function shownMessage(
  document: MessageDocument,
  scene: { readonly names: Names; readonly self: number },
): ShownMessage {
  const senderId = senderOf(document, scene.self);
  const post = document.kind === 'message' ? document : undefined;
  return {
    senderId,
    sender: senderId === undefined ? undefined : nameOf(scene.names, senderId),
    media: post?.richMessage ? 'rich_message' : post?.media?.kind,
    forwardedFrom: post && forwardedFrom(post, scene.names),
    reactions: 'reactions' in document ? reactionWords(document) : undefined,
  };
}

/** A message without an author is the chat's own, or this account's. */
function senderOf(document: MessageDocument, self: number): number | undefined {
  if (document.kind !== 'message' && document.kind !== 'service') return undefined;
  return document.author ?? (document.flags.out ? self : document.chat);
}

function nameOf(names: Names, peer: number): string | undefined {
  const { name, username } = names.of(peer) ?? {};
  return name || (username && `@${username}`) || undefined;
}

function forwardedFrom({ forward }: PostDocument, names: Names): string | undefined {
  if (!forward) return undefined;
  const { from, fromName } = forward;
  return (from === undefined ? fromName : (nameOf(names, from) ?? String(from))) || undefined;
}

function reactionWords({ reactions }: Pick<PostDocument, 'reactions'>): string | undefined {
  const counts = reactions?.counts ?? [];
  if (counts.length === 0) return undefined;
  return counts.map(({ reaction, count }) => `${reactionWord(reaction)} ${count}`).join(', ');
}

function reactionWord(reaction: Reaction): string {
  switch (reaction.kind) {
    case 'emoji':
      return reaction.emoji;
    case 'custom_emoji':
      return `emoji ${reaction.emoji}`;
    case 'paid':
      return '⭐';
    case 'none':
    case 'unknown':
      return '?';
  }
}
