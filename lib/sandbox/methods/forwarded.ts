import type { PollMedia } from '../kinds/poll.js';
import { isClosed } from '../kinds/poll.js';
import type { RichMessage } from '../kinds/rich-message.js';
import type { Media, Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { TlData, TlValue } from '../world/tl-data.js';
import { badRequest, type MethodContext } from './context.js';

/** What a forwarded message keeps besides its text. */
interface Kept {
  readonly media?: Media;
  readonly rich?: RichMessage;
  readonly fields?: Readonly<Record<string, TlValue>>;
}

/**
 * With its author a poll stays the same poll, and buttons with links stay; without, a poll becomes a new one, and
 * buttons vanish. QUIZ_ANSWER_MISSING for a quiz whose answer the account doesn't know; MEDIA_INVALID for media that
 * deletes itself; RICH_MESSAGE_UNSUPPORTED for a rich message without its author, which people can only forward (TDLib).
 */
export function keptParts(
  context: MethodContext,
  me: Account,
  { media, rich, fields }: Message,
  { withAuthor }: { readonly withAuthor: boolean },
): Kept {
  if (rich && !withAuthor) throw badRequest('RICH_MESSAGE_UNSUPPORTED');
  const kept = withAuthor ? forwardedFields(fields) : {};
  return {
    ...(media ? { media: forwardedMedia(context, me, media, withAuthor) } : {}),
    ...(rich ? { rich } : {}),
    ...(Object.keys(kept).length > 0 ? { fields: kept } : {}),
  };
}

function forwardedMedia(context: MethodContext, me: Account, media: Media, withAuthor: boolean): Media {
  if ('ttl' in media && media.ttl !== undefined) throw badRequest('MEDIA_INVALID');
  if (media.kind === 'poll' && !withAuthor) return ownPoll(context, me, media);
  // A forwarded checklist is on its own from then on.
  if (media.kind === 'checklist') return { ...media, done: new Map(media.done) };
  return media;
}

function ownPoll({ random, world }: MethodContext, me: Account, media: PollMedia): PollMedia {
  const { closed: _, closeDate, closePeriod, ...poll } = media.poll;
  const knows = poll.votes.has(me.id) || poll.creator === me.id || isClosed(media.poll, world.nowSeconds());
  if (poll.quiz && !knows) throw badRequest('QUIZ_ANSWER_MISSING');
  const id = random.bytes(8).readBigInt64LE(0);
  const answers = poll.answers.map(({ crowd: __, ...answer }) => answer);
  return { ...media, poll: { ...poll, id, creator: me.id, answers, votes: new Map() } };
}

/** The bot through which it was sent, and the buttons that open a link. */
function forwardedFields(fields: Message['fields'] = {}): Record<string, TlValue> {
  const { viaBotId, replyMarkup } = fields;
  const markup = replyMarkup === undefined ? undefined : linkButtons(replyMarkup as TlData);
  return {
    ...(viaBotId === undefined ? {} : { viaBotId }),
    ...(markup ? { replyMarkup: markup } : {}),
  };
}

function linkButtons(markup: TlData): TlData | undefined {
  if (markup._ !== 'ReplyInlineMarkup') return undefined;
  const rows = (markup['rows'] as readonly TlData[])
    .map((row) => ({ ...row, buttons: (row['buttons'] as readonly TlData[]).filter(isLink) }))
    .filter(({ buttons }) => buttons.length > 0);
  return rows.length > 0 ? { ...markup, rows } : undefined;
}

function isLink({ type }: TlData): boolean {
  return /^InlineButtonTypeUrl(Auth)?$/.test((type as TlData)._);
}
