import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import type { Reduction } from '../messages/losses.js';
import { type Copyable, isMedia } from '../messages/tl/content.js';
import { inputEntities } from '../messages/tl/entities.js';
import { fingerprintOf } from '../messages/tl/fingerprint.js';
import { tlEntities } from '../messages/tl/input/entities.js';
import { plannedInputMedia } from '../messages/tl/input/media.js';
import { inputPreview } from '../messages/tl/input-media.js';
import type { AccountLimits } from '../telegram/limits.js';
import { wayOf } from './carried-media.js';
import { type CarryOptions, type CarryRun, carryMedia } from './carry-media.js';
import { prepareForward } from './forward.js';
import { refuseProtectedMessage } from './protected.js';
import type { Run } from './run.js';
import type { Outgoing } from './send-unit.js';

/**
 * Prepares a message for sending: checks its text and carries its file over. Posts nothing in the target, so it may run
 * ahead of the sends before it. `randomId` is the one in the message's row, whichever version made it.
 */
export async function prepare(
  run: CarryRun & Pick<Run, 'allowProtected' | 'contents' | 'ways'>,
  content: Copyable,
  { randomId, wasTried, albumBefore }: CarryOptions & { readonly randomId: bigint },
): Promise<Outgoing> {
  const { message } = content;
  const { text, entities: given } = textOf(content);
  refuseProtectedMessage(message, run.source, run.allowProtected);
  if (content.kind === 'forward') return prepareForward(run, content, randomId);
  refuseTooLong(run.limits, content, text);
  const { entities, lostMentions } = await inputEntities(given, async (userId) =>
    run.client.users.find(userId),
  );
  const preview = content.kind === 'text' ? inputPreview(content) : undefined;
  const media = content.kind === 'planned' ? plannedInputMedia(content.plan) : undefined;
  const carried = isMedia(content) ? await carryMedia(run, content, { wasTried, albumBefore }) : undefined;
  const reductions: Reduction[] = [
    ...Array<Reduction>(lostMentions).fill('mention'),
    ...(losesCustomEmoji(run, given) ? (['custom_emoji'] as const) : []),
    ...content.losses,
  ];
  const seen = fingerprintOf(content);
  run.contents.set(message.id, seen);
  run.ways.set(message.id, wayOf(carried));
  return {
    message,
    content: seen,
    randomId,
    text,
    entities,
    silent: message.silent === true,
    invertMedia: isInverted(content),
    noWebpage: content.kind !== 'text' || content.preview === undefined,
    reductions,
    ...(carried && { carried }),
    ...(media && { media }),
    ...(preview && { preview }),
  };
}

interface Text {
  readonly text: string;
  readonly entities: readonly Api.TypeMessageEntity[];
}

function textOf(content: Copyable): Text {
  if (content.kind === 'card') {
    return { text: content.text.text, entities: tlEntities(content.text.entities) };
  }
  return { text: content.message.message ?? '', entities: content.message.entities ?? [] };
}

function isInverted(content: Copyable): boolean {
  if (content.kind === 'card') return false;
  const { invertMedia } = content.message as Api.Message & { readonly invertMedia?: boolean };
  return invertMedia === true;
}

/** Without Premium, Telegram replaces custom emoji with the plain ones behind them, except in Saved Messages. */
function losesCustomEmoji(
  { limits, target }: Pick<Run, 'limits' | 'target'>,
  entities: Text['entities'],
): boolean {
  if (limits.premium || target.peer instanceof Api.InputPeerSelf) return false;
  return entities.some((entity) => entity instanceof Api.MessageEntityCustomEmoji);
}

/**
 * A text never has more code points, which Telegram counts, than UTF-16 units: one that is too long in code points is
 * too long in any case.
 */
function refuseTooLong(limits: AccountLimits, content: Copyable, text: string): void {
  const isText = content.kind === 'text' || content.kind === 'card';
  const limit = isText ? limits.textLength : limits.captionLength;
  if (text.length <= limit || [...text].length <= limit) return;
  const [code, what] = isText ? ['TEXT_TOO_LONG', 'text'] : ['CAPTION_TOO_LONG', 'caption'];
  throw new FailedError(
    code,
    `The ${what} of message ${shownId(content.message.id)} is longer than the ${limit} characters that this account may send.`,
  );
}
