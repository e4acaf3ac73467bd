import type { Message } from '../../lib/sandbox/world/message.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import type { MessageRecord } from './records.js';
import type { Ways } from './ways.js';

/** What the ledger says is lost of a message, and the fact of the source or of the run that explains it. */
const EXPLAINS: Readonly<Record<string, (message: Message, around: { readonly ways: Ways }) => boolean>> = {
  reply: ({ reply }) => reply !== undefined,
  buttons: ({ fields }) => (fields?.['replyMarkup'] as TlData | undefined)?._ === 'ReplyInlineMarkup',
  changed: ({ entities }, { ways }) =>
    ways.replace ||
    ways.replaceRegex ||
    ways.strip ||
    ways.pipe !== 'none' ||
    ways.attribution !== 'none' ||
    entities.some(({ kind }) => kind === 'url' || kind === 'textUrl'),
  source_link: ({ entities, media, fields }) =>
    fields?.['replyMarkup'] !== undefined ||
    media?.kind === 'webpage' ||
    entities.some(({ kind }) => kind === 'url' || kind === 'textUrl'),
  quote: ({ reply }) => reply?.quote !== undefined,
  reply_detail: ({ reply }) => reply?.task !== undefined || reply?.pollOption !== undefined,
  entities: (message) =>
    message.entities.length > 100 || hasServerMade(message) || message.rich !== undefined,
  custom_emoji: (message, { ways }) => !ways.premium && hasCustomEmoji(message),
  contact_account: ({ media }) => media?.kind === 'contact' && media.userId !== undefined,
  attached_stickers: ({ media }) => media?.kind === 'photo' || media?.kind === 'document',
  votes: ({ media }) => media?.kind === 'poll',
  topic: () => true,
};

const VIA = ['viaBotId', 'viaBusinessBotId', 'guestchatViaFrom'];

/** What every copy lacks of what stands around its original; `playsEffects`: whether the target is a private chat. */
export function lostAround({ forward, fields }: Message, playsEffects: boolean): string[] {
  const isThere = (name: string): boolean => fields?.[name] !== undefined;
  return [
    ...(forward !== undefined || isThere('fwdFrom') ? ['forward_header'] : []),
    ...(VIA.some(isThere) ? ['via_bot'] : []),
    ...(isThere('effect') && !playsEffects ? ['effect'] : []),
  ];
}

/** Throws for a loss that nothing explains, and for one of `expected` that the ledger doesn't know. */
export function assertLosses(
  message: Message,
  { losses }: Pick<MessageRecord, 'losses'>,
  expected: readonly string[],
  around: { readonly ways: Ways },
): void {
  // Nobody knows what a message lacks that was found after a lost answer.
  if (!losses) return;
  const odd = losses.filter((loss) => !expected.includes(loss) && !EXPLAINS[loss]?.(message, around));
  if (odd.length > 0) throw new Error(`Message ${message.id} has lost ${odd.join(', ')} for no reason.`);
  const silent = expected.filter((loss) => !losses.includes(loss));
  if (silent.length > 0) {
    throw new Error(`Message ${message.id} has lost ${silent.join(', ')}, and the ledger doesn't say so.`);
  }
}

function hasCustomEmoji(message: Message): boolean {
  return holds(message, /^(?:customEmoji|MessageEntityCustomEmoji)$/);
}

function hasServerMade(message: Message): boolean {
  return holds(message, /^(?:unknown|diff\w+|MessageEntity(?:Unknown|Diff\w+))$/);
}

/** Whether something in a message has such a kind, or the name of such a constructor. */
function holds(value: unknown, names: RegExp): boolean {
  if (Array.isArray(value)) return value.some((each) => holds(each, names));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return false;
  const { kind, _: name } = value as { readonly kind?: unknown; readonly _?: unknown };
  if ([kind, name].some((each) => typeof each === 'string' && names.test(each))) return true;
  return Object.values(value).some((each) => holds(each, names));
}
