import { Api } from 'telegram/tl/index.js';
import type { MessageRow } from '../ledger/job.js';
import type { FormattedText } from '../messages/document/text.js';
import type { Reduction } from '../messages/losses.js';
import { sendable } from '../messages/text/sendable.js';
import { fits } from '../messages/text/split.js';
import type { Copyable } from '../messages/tl/content.js';
import type { PostFields } from '../messages/tl/document/message-fields.js';
import { formattedText } from '../messages/tl/document/text.js';
import { fingerprintOf } from '../messages/tl/fingerprint.js';
import { inputPreview } from '../messages/tl/input-media.js';
import { refuseProtectedMessage } from '../telegram/protected.js';
import { wayOf } from './carried-media.js';
import { carryFirst } from './carry-first.js';
import { carryItems } from './carry-items.js';
import type { CarryOptions, CarryRun } from './carry-media.js';
import { inputText, notedOf, withComposed } from './compose/composed.js';
import { type Draft, type DraftRun, draftOf } from './compose/draft.js';
import { textTooLong } from './compose/finish-text.js';
import { noteOf, withNote } from './compose/note.js';
import { notedText } from './compose/noted-text.js';
import { transformedRich } from './compose/rich-words.js';
import { prepareForward } from './forward.js';
import { owedTo } from './owed.js';
import type { Run } from './run.js';
import type { Outgoing } from './send-unit.js';

/**
 * Prepares a message for sending: checks its text and carries its file over. Posts nothing in the target, so it may run
 * ahead of the sends before it. `randomId` is the one in the message's row, whichever version made it.
 */
export async function prepare(
  run: CarryRun & DraftRun & Pick<Run, 'allowProtected' | 'contents' | 'texts' | 'items' | 'ways' | 'owed'>,
  given: Copyable,
  { row, wasTried, albumBefore }: CarryOptions & { readonly row: MessageRow },
): Promise<Outgoing> {
  const { message } = given;
  refuseProtectedMessage(message, run.source, run.allowProtected);
  const planned = given.kind === 'rich' ? transformedRich(run, given) : given;
  const { text: own, isReduced } = sendable(textOf(planned));
  if (planned.kind === 'forward') return prepareForward(run, planned, row.randomId);
  const noted =
    row.sentText === undefined ? undefined : notedOf(row, await run.job.continuationsOf(message.id));
  const draft = noted ? undefined : await draftOf(run, planned);
  if (draft && run.text.long === 'fail' && !run.text.transform && !run.text.pipe)
    refuseTooLong(message.id, own, draft);
  const { entities, lostMentions } = await inputText(run, own);
  const preview = planned.kind === 'text' ? inputPreview(planned) : undefined;
  const first = await carryFirst(run, planned, { wasTried, albumBefore });
  const { content, carried, media, rich, remade } = first;
  const { items, lost } = await carryItems(run, content, { wasTried, randomId: row.randomId });
  const lacksItems = first.lost.length + lost.length > 0 && !content.losses.includes('album');
  const apartFromText = [...content.losses, ...(lacksItems ? (['album'] as const) : [])];
  const losesEmoji = !apartFromText.includes('custom_emoji') && losesCustomEmoji(run, own);
  const reductions: Reduction[] = [
    ...Array<Reduction>(lostMentions).fill('mention'),
    ...(losesEmoji ? (['custom_emoji'] as const) : []),
    ...(isReduced ? (['entities'] as const) : []),
    ...apartFromText,
  ];
  const seen = fingerprintOf(content);
  run.contents.set(message.id, seen);
  run.ways.set(message.id, wayOf(carried));
  if (isReduced || !isOwnText(content)) {
    run.texts.set(message.id, { text: notedText(own, { losses: reductions }), continuations: [] });
  }
  const owed = owedTo(content);
  if (owed !== undefined) run.owed.set(message.id, owed);
  const outgoing: Outgoing = {
    message,
    source: content,
    content: seen,
    randomId: row.randomId,
    text: own.text,
    entities,
    silent: message.silent === true,
    invertMedia: isInverted(content),
    noWebpage: content.kind !== 'text' || content.preview === undefined,
    reductions,
    apartFromText,
    ...(carried && { carried }),
    ...(media && { media }),
    ...(rich && { rich }),
    ...(remade && { remade }),
    ...(preview && { preview }),
    ...(draft && { draft }),
    ...effectOf(message, apartFromText),
    ...(items.length > 0 && { items }),
    ...(owed !== undefined && { owed }),
  };
  return noted ? withComposed(run, outgoing, noted) : outgoing;
}

function textOf(content: Copyable): FormattedText {
  if (content.kind === 'written') return content.text;
  if (content.caption) return content.caption;
  const { message, entities } = content.message;
  const text = formattedText(message ?? '', entities);
  const note = noteOf(content);
  return note === undefined ? text : withNote(text, note);
}

/** Whether the text that goes out is the one that the message has in the source. */
function isOwnText(content: Copyable): boolean {
  return content.kind !== 'written' && content.caption === undefined && noteOf(content) === undefined;
}

function isInverted(content: Copyable): boolean {
  if (content.kind === 'written') return false;
  const { invertMedia } = content.message as Api.Message & { readonly invertMedia?: boolean };
  return invertMedia === true;
}

/** The animation on arrival, if the target plays any. */
function effectOf(message: Copyable['message'], lost: readonly Reduction[]): Pick<Outgoing, 'effect'> {
  const { effect: own } = message as Pick<PostFields, 'effect'>;
  if (!own || lost.includes('effect')) return {};
  const effect = BigInt(own.toString());
  return effect === 0n ? {} : { effect };
}

/** Without Premium, Telegram replaces custom emoji with the plain ones behind them, except in Saved Messages. */
function losesCustomEmoji(
  { limits, target }: Pick<Run, 'limits' | 'target'>,
  { entities }: FormattedText,
): boolean {
  if (limits.premium || target.peer instanceof Api.InputPeerSelf) return false;
  return entities.some(({ kind }) => kind === 'custom_emoji');
}

/** Without transforms it is known before the file is carried over. */
function refuseTooLong(sourceId: number, text: FormattedText, draft: Draft): void {
  if (!fits(text, draft.limit)) throw textTooLong(sourceId, draft, draft.limit);
}
