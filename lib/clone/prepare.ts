import { Api } from 'telegram/tl/index.js';
import type { MessageRow } from '../ledger/job.js';
import type { Reduction } from '../messages/losses.js';
import { fits } from '../messages/text/split.js';
import type { Copyable } from '../messages/tl/content.js';
import { formattedText } from '../messages/tl/document/text.js';
import { inputEntities } from '../messages/tl/entities.js';
import { fingerprintOf } from '../messages/tl/fingerprint.js';
import { tlEntities } from '../messages/tl/input/entities.js';
import { inputPreview } from '../messages/tl/input-media.js';
import { wayOf } from './carried-media.js';
import { carryContent } from './carry-content.js';
import { carryItems } from './carry-items.js';
import type { CarryOptions, CarryRun } from './carry-media.js';
import { notedOf, withComposed } from './compose/composed.js';
import { type Draft, type DraftRun, draftOf } from './compose/draft.js';
import { textTooLong } from './compose/finish-text.js';
import { noteOf, withNote } from './compose/note.js';
import { prepareForward } from './forward.js';
import { owedTo } from './owed.js';
import { refuseProtectedMessage } from './protected.js';
import type { Run } from './run.js';
import type { Outgoing } from './send-unit.js';

/**
 * Prepares a message for sending: checks its text and carries its file over. Posts nothing in the target, so it may run
 * ahead of the sends before it. `randomId` is the one in the message's row, whichever version made it.
 */
export async function prepare(
  run: CarryRun &
    DraftRun &
    Pick<Run, 'allowProtected' | 'contents' | 'texts' | 'items' | 'ways' | 'owed' | 'identity'>,
  content: Copyable,
  { row, wasTried, albumBefore }: CarryOptions & { readonly row: MessageRow },
): Promise<Outgoing> {
  const { message } = content;
  const { text, entities: given } = textOf(content);
  refuseProtectedMessage(message, run.source, run.allowProtected);
  if (content.kind === 'forward') return prepareForward(run, content, row.randomId);
  const noted =
    row.sentText === undefined ? undefined : notedOf(row, await run.job.continuationsOf(message.id));
  const draft = noted ? undefined : await draftOf(run, content);
  if (draft && run.text.long === 'fail' && !run.text.transform && !run.text.pipe)
    refuseTooLong(message.id, text, draft);
  const { entities, lostMentions } = await inputEntities(given, async (userId) =>
    run.client.users.find(userId),
  );
  const preview = content.kind === 'text' ? inputPreview(content) : undefined;
  const inAlbum = content.more && content.more.length > 0 ? Promise.resolve() : albumBefore;
  const { carried, media, rich } = await carryContent(run, content, { wasTried, albumBefore: inAlbum });
  const { items, lost } = await carryItems(run, content, { wasTried });
  const reductions: Reduction[] = [
    ...Array<Reduction>(lostMentions).fill('mention'),
    ...(losesCustomEmoji(run, given) ? (['custom_emoji'] as const) : []),
    ...content.losses,
    ...lost,
  ];
  const seen = fingerprintOf(content);
  run.contents.set(message.id, seen);
  run.ways.set(message.id, wayOf(carried));
  const owed = owedTo(content);
  if (owed !== undefined) run.owed.set(message.id, owed);
  const outgoing: Outgoing = {
    message,
    source: content,
    content: seen,
    randomId: row.randomId,
    text,
    entities,
    silent: message.silent === true,
    invertMedia: isInverted(content),
    noWebpage: content.kind !== 'text' || content.preview === undefined,
    reductions,
    ...(carried && { carried }),
    ...(media && { media }),
    ...(rich && { rich }),
    ...(preview && { preview }),
    ...(draft && { draft }),
    ...(items.length > 0 && { items }),
    ...(owed !== undefined && { owed }),
  };
  return noted ? withComposed(run, outgoing, noted) : outgoing;
}

interface Text {
  readonly text: string;
  readonly entities: readonly Api.TypeMessageEntity[];
}

function textOf(content: Copyable): Text {
  if (content.kind === 'written') {
    return { text: content.text.text, entities: tlEntities(content.text.entities) };
  }
  const { message, entities } = content.message;
  const note = noteOf(content);
  if (note === undefined) return { text: message ?? '', entities: entities ?? [] };
  const { text, entities: moved } = withNote(formattedText(message ?? '', entities), note);
  return { text, entities: tlEntities(moved) };
}

function isInverted(content: Copyable): boolean {
  if (content.kind === 'written') return false;
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

/** Without transforms it is known before the file is carried over. */
function refuseTooLong(sourceId: number, text: string, draft: Draft): void {
  if (!fits({ text, entities: [] }, draft.limit)) throw textTooLong(sourceId, draft, draft.limit);
}
