import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import type { Reduction } from '../messages/losses.js';
import type { Content } from '../messages/tl/content.js';
import { inputEntities } from '../messages/tl/entities.js';
import { photoFile } from '../messages/tl/files.js';
import { sentContent } from '../messages/tl/fingerprint.js';
import { inputPreview } from '../messages/tl/input-media.js';
import { reductionsOf } from '../messages/tl/reductions.js';
import type { AccountLimits } from '../telegram/limits.js';
import { type CarryOptions, type CarryRun, carryMedia } from './carry-media.js';
import { refuseProtectedMessage } from './protected.js';
import type { Run } from './run.js';
import type { Outgoing } from './send-unit.js';

/** A message that can be copied. */
export type Copyable = Exclude<Content, { kind: 'skip' }>;

/**
 * Prepares a message for sending: checks its text and carries its file over. Posts nothing in the target, so it may run
 * ahead of the sends before it. `randomId` is the one in the message's row, whichever version made it.
 */
export async function prepare(
  run: CarryRun & Pick<Run, 'allowProtected' | 'contents'>,
  content: Copyable,
  { randomId, wasTried, albumBefore }: CarryOptions & { readonly randomId: bigint },
): Promise<Outgoing> {
  const { message } = content;
  const text = message.message ?? '';
  refuseProtectedMessage(message, run.source, run.allowProtected);
  refuseTooLong(run.limits, content, text);
  const { entities, lostMentions } = await inputEntities(message.entities, async (userId) =>
    run.client.users.find(userId),
  );
  const preview = content.kind === 'text' ? inputPreview(content) : undefined;
  const carried =
    content.kind === 'text' ? undefined : await carryMedia(run, content, { wasTried, albumBefore });
  const reductions: Reduction[] = [
    ...Array<Reduction>(lostMentions).fill('mention'),
    ...(losesCustomEmoji(run, message) ? (['custom_emoji'] as const) : []),
    ...reductionsOf(content),
  ];
  const { kind } = content;
  const seen = sentContent(kind, text || (preview?.url ?? ''), fileIn(content));
  run.contents.set(message.id, seen);
  return {
    message,
    content: seen,
    randomId,
    text,
    entities,
    silent: message.silent === true,
    invertMedia: (message as Api.Message & { readonly invertMedia?: boolean }).invertMedia === true,
    noWebpage: !(message.media instanceof Api.MessageMediaWebPage),
    reductions,
    ...(carried && { carried }),
    ...(preview && { preview }),
  };
}

function fileIn(content: Copyable) {
  if (content.kind === 'document') return content.document;
  return content.kind === 'photo' ? photoFile(content.photo) : undefined;
}

/** Without Premium, Telegram replaces custom emoji with the plain ones behind them, except in Saved Messages. */
function losesCustomEmoji(
  { limits, target }: Pick<Run, 'limits' | 'target'>,
  { entities }: Api.Message,
): boolean {
  if (limits.premium || target.peer instanceof Api.InputPeerSelf) return false;
  return (entities ?? []).some((entity) => entity instanceof Api.MessageEntityCustomEmoji);
}

/**
 * A text never has more code points, which Telegram counts, than UTF-16 units: one that is too long in code points is
 * too long in any case.
 */
function refuseTooLong(limits: AccountLimits, { kind, message }: Copyable, text: string): void {
  const isText = kind === 'text';
  const limit = isText ? limits.textLength : limits.captionLength;
  if (text.length <= limit || [...text].length <= limit) return;
  const [code, what] = isText ? ['TEXT_TOO_LONG', 'text'] : ['CAPTION_TOO_LONG', 'caption'];
  throw new FailedError(
    code,
    `The ${what} of message ${shownId(message.id)} is longer than the ${limit} characters that this account may send.`,
  );
}
