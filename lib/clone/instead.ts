import { isFileKind } from '../base/fingerprint.js';
import type { MessageRow } from '../ledger/job.js';
import { type Content, type Copyable, contentOf } from '../messages/tl/content.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { classify } from '../refusals/classify.js';
import { TelegramError } from '../refusals/telegram-error.js';
import { uploadMedia } from '../telegram/server-file.js';
import { isAboutMedia } from './concessions.js';
import { prepare } from './prepare.js';
import { isStoryRefusal } from './refused-story.js';
import type { Run } from './run.js';
import type { Outgoing, Sendable } from './send-unit.js';
import { verdictOf } from './verdicts.js';
import { withoutOthers } from './with-items.js';

/** What becomes of messages whose call Telegram has refused. */
export interface Instead {
  /** The ones that were refused, each with its reason. */
  readonly failed: readonly { readonly sourceId: number; readonly error: unknown }[];
  /** To be sent by one call. */
  readonly ready: readonly Outgoing[];
}

/**
 * What is sent in place of messages whose call was refused because of what they are. An album goes without the items that
 * are refused alone. A poll, a place, a rich message and the like, which the target or the account may not have, becomes
 * the nearest thing, or a card. Undefined when the messages fail: a file, which a later run may send; with --cards off; and
 * after any error that may have left a copy behind, or that concerns the whole run.
 */
export async function insteadOf(
  run: Run,
  refused: readonly Outgoing[],
  error: unknown,
): Promise<Instead | undefined> {
  const refusal = refusalIn(error);
  const [only, ...others] = refused;
  const isOfStory = isStoryRefusal(error);
  if (!only || !refusal || verdictOf(isOfStory ? error : refusal) !== 'message') return undefined;
  if (others.length === 0 && !only.items) {
    const ready = (refusal === error || isOfStory) && (await standIn(run, only.source));
    return ready ? { failed: [], ready: [ready] } : undefined;
  }
  if (!isAboutMedia(refusal)) return undefined;
  return others.length > 0 ? withoutRefused(run, refused) : withFewerItems(run, only);
}

/**
 * The content as an earlier attempt sent it, if that one was refused as it was planned, and the stand-in may be in the
 * target.
 */
export function asAttempted(
  { means }: Pick<Run, 'means'>,
  message: HistoryMessage,
  content: Content,
  row: MessageRow | undefined,
): Content {
  const { state, afterId, content: sent } = row ?? {};
  const wasAttempted = state === 'sending' || afterId !== undefined;
  const wasOther = sent && (sent.kind === 'text' || isFileKind(sent.kind));
  return wasAttempted && wasOther && hasStandIn(content)
    ? (standInFor({ means }, message) ?? content)
    : content;
}

/** A refusal that leaves no doubt, or the one for which a file could not be named. */
function refusalIn(error: unknown): TelegramError | undefined {
  const refusal = error instanceof Error && !(error instanceof TelegramError) ? error.cause : error;
  if (!(refusal instanceof TelegramError)) return undefined;
  return classify(refusal).kind === 'permanent' ? refusal : undefined;
}

function hasStandIn({ kind }: Pick<Content, 'kind'>): boolean {
  return kind === 'planned' || kind === 'rich';
}

function standInFor({ means }: Pick<Run, 'means'>, message: HistoryMessage): Copyable | undefined {
  const content = contentOf(message, { ...means, refused: true });
  return content.kind === 'skip' || hasStandIn(content) ? undefined : content;
}

async function standIn(run: Run, source: Copyable): Promise<Outgoing | undefined> {
  const { message } = source;
  const content = hasStandIn(source) ? standInFor(run, message) : undefined;
  const row = content && (await run.job.find([message.id])).get(message.id);
  if (!row) return undefined;
  // What was noted belongs to the refused attempt.
  for (const notes of [run.texts, run.owed, run.losses]) notes.delete(message.id);
  const { sentText: _, ...fresh } = row;
  return prepare(run, content, { row: fresh, wasTried: true });
}

/** The items are asked about one by one, without posting anything, since the refusal doesn't say which it is about. */
async function withoutRefused(run: Run, album: readonly Outgoing[]): Promise<Instead | undefined> {
  const failed: Instead['failed'][number][] = [];
  const ready: Outgoing[] = [];
  for (const item of album) {
    const error = await refusalOf(run, item);
    if (error === undefined) ready.push(withoutOthers(item));
    else failed.push({ sourceId: item.message.id, error });
  }
  return failed.length > 0 ? { failed, ready } : undefined;
}

/** Where the first item is refused, the first of the others takes its place, with the caption. */
async function withFewerItems(run: Run, album: Outgoing): Promise<Instead | undefined> {
  const kept: Sendable[] = [];
  const items = album.items ?? [];
  for (const item of [album, ...items]) if ((await refusalOf(run, item)) === undefined) kept.push(item);
  const [first, ...others] = kept;
  if (!first || kept.length === 1 + items.length) return undefined;
  const { id } = album.message;
  const content = { ...first.content, textHash: album.content.textHash };
  run.contents.set(id, content);
  run.items.set(
    id,
    others.map(({ randomId, content }) => ({ randomId, content })),
  );
  const { carried = album.carried } = first;
  const ready = { ...album, content, ...(carried && { carried }), items: others };
  return { failed: [], ready: [withoutOthers(ready)] };
}

async function refusalOf(
  { client, target, signal }: Run,
  { carried }: Pick<Sendable, 'carried'>,
): Promise<unknown> {
  if (!carried) return undefined;
  try {
    await uploadMedia(client, target, carried.input(), { signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (verdictOf(error) !== 'message') throw error;
    return error;
  }
}
