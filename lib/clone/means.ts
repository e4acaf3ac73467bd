import { Api } from 'telegram/tl/index.js';
import type { Means, TargetKind } from '../messages/recreate/means.js';
import type { Chat } from '../telegram/chat.js';
import type { AccountLimits } from '../telegram/limits.js';
import type { CloneOptions } from './options.js';

/** What decides how messages are created again in this run. */
export function meansOf(
  { target, cards = true, serviceCards = false, via, text, clock }: CloneOptions,
  { premium, richMessages }: AccountLimits,
): Means {
  return {
    target: targetKind(target),
    premium,
    // A program gets the text of a message, and answers with another.
    rich: richMessages && !text?.pipe,
    cards,
    serviceCards,
    forwards: via === 'forward',
    now: () => Math.floor(clock.now() / 1000),
  };
}

function targetKind({ kind, type, peer }: Chat): TargetKind {
  if (peer instanceof Api.InputPeerSelf || type === 'saved messages') return 'saved';
  if (type === 'direct messages') return 'direct_messages';
  if (kind === 'user') return type === 'bot' || type === 'bot forum' ? 'bot' : 'private';
  return kind === 'supergroup' ? 'group' : kind;
}
