import { Api } from 'telegram';
import { FailedError, messageOf } from '../base/errors.js';
import { uploadMedia } from '../telegram/send.js';
import { knownUser } from '../telegram/users.js';
import { carryMedia } from './carry-media.js';
import { type Content, classifyMessage, type MediaContent, type SkipReason } from './classify.js';
import { inputEntities } from './entities.js';
import { inputPreview } from './input-media.js';
import { noteReduction, type Run } from './job.js';
import { refuseProtectedMessage } from './protected.js';
import { messageRandomId } from './random-id.js';
import { reductionsOf } from './reductions.js';
import { withRepairs } from './repairs.js';
import { type Outgoing, sendUnit } from './send-unit.js';
import type { HistoryMessage, Unit } from './units.js';
import { failureReason, verdictOf } from './verdicts.js';

type Copyable = Exclude<Content, { kind: 'skip' }>;

/**
 * Copies a unit: each of its messages ends up sent, skipped or failed, and is told as such. Throws what concerns the
 * whole run; then nothing of the unit is finished, and a later run takes it up again.
 */
export async function copyUnit(run: Run, unit: Unit): Promise<void> {
  const contents = unit.messages.flatMap((message) => contentOf(run, message) ?? []);
  const media = contents.filter(({ kind }) => kind !== 'text');
  const texts = contents.filter(({ kind }) => kind === 'text');
  // What was an album's file once and is text now can't stay in the album.
  for (const group of [media, ...texts.map((text) => [text])]) {
    if (group.length > 0) await copyGroup(run, group);
  }
}

function contentOf(run: Run, message: HistoryMessage): Copyable | undefined {
  const content = classifyMessage(message);
  if (content.kind !== 'skip') {
    refuseProtectedMessage(message, run.source, run.allowProtected);
    return content;
  }
  skip(run, message.id, content.reason);
  return undefined;
}

async function copyGroup(run: Run, group: readonly Copyable[]): Promise<void> {
  const [first] = group;
  if (!first) return;
  const allIds = group.map(({ message }) => message.id);
  const place = await settled(run, allIds, async () => ({ topicId: await run.router.route(first.message) }));
  if (!place) return;
  const outgoing: Outgoing[] = [];
  for (const content of group) {
    const ready = await settled(run, [content.message.id], () => prepare(run, content, group.length > 1));
    if (ready) outgoing.push(ready);
  }
  if (outgoing.length === 0) return;
  const sourceIds = outgoing.map(({ sourceId }) => sourceId);
  const targetIds = await settled(run, sourceIds, async () => {
    await run.interval.turn(outgoing.length, run.signal);
    return sendUnit(run, outgoing, place.topicId);
  });
  if (!targetIds) return;
  const bytes = outgoing.reduce((sum, item) => sum + item.bytes, 0);
  run.tally.sent(outgoing.length, bytes);
  run.observer.onSent({ sourceIds, targetIds, bytes });
  run.log.info('message_sent', { sourceIds, targetIds, bytes });
  for (const content of group.filter(({ message }) => sourceIds.includes(message.id))) {
    for (const kind of reductionsOf(content)) noteReduction(run, content.message.id, kind);
  }
}

/** The result, or undefined after an error of these messages alone, which is counted and told. */
async function settled<T>(
  run: Run,
  sourceIds: readonly number[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    run.signal.throwIfAborted();
    const verdict = verdictOf(error);
    if (verdict === 'run') throw error;
    if (verdict === 'message') fail(run, sourceIds, error);
    else for (const sourceId of sourceIds) skip(run, sourceId, verdict);
    return undefined;
  }
}

async function prepare(run: Run, content: Copyable, inAlbum: boolean): Promise<Outgoing> {
  const { message } = content;
  const text = message.message ?? '';
  refuseTooLong(run, content, text);
  const { entities, lostMentions } = await inputEntities(message.entities, (userId) =>
    knownUser(run.client, userId),
  );
  for (let lost = 0; lost < lostMentions; lost += 1) noteReduction(run, message.id, 'mention');
  const media = content.kind === 'text' ? undefined : await prepareMedia(run, content, inAlbum);
  const preview = content.kind === 'text' ? inputPreview(content) : undefined;
  return {
    sourceId: message.id,
    randomId: messageRandomId(run.identity, message.id),
    text,
    entities,
    silent: message.silent === true,
    invertMedia: (message as Api.Message & { readonly invertMedia?: boolean }).invertMedia === true,
    noWebpage: !(message.media instanceof Api.MessageMediaWebPage),
    bytes: 0,
    repair: async () => {},
    ...media,
    ...(preview && { preview }),
  };
}

/**
 * Carries the file over. An album's is made the server's at once: its parts needn't last until the album's other
 * files are there, and what Telegram refuses of it concerns it alone.
 */
async function prepareMedia(
  run: Run,
  content: Copyable & MediaContent,
  inAlbum: boolean,
): Promise<Pick<Outgoing, 'media' | 'bytes' | 'repair' | 'renew'>> {
  const { media, bytes, repair } = await carryMedia(run, content.message, content);
  if (!inAlbum) return { media, bytes, repair };
  const { client, target, signal } = run;
  const renew = (): Promise<Api.TypeInputMedia> =>
    withRepairs(() => uploadMedia(client, target, media, signal), repair, signal);
  return { media: await renew(), bytes, repair: async () => {}, renew };
}

/** Telegram counts code points at most as often as UTF-16 units: what is too long by them is too long in any case. */
function refuseTooLong({ limits }: Run, { kind, message }: Copyable, text: string): void {
  const isText = kind === 'text';
  const limit = isText ? limits.textLength : limits.captionLength;
  if (text.length <= limit || [...text].length <= limit) return;
  const [code, what] = isText ? ['TEXT_TOO_LONG', 'text'] : ['CAPTION_TOO_LONG', 'caption'];
  throw new FailedError(
    code,
    `The ${what} of message ${message.id} is longer than the ${limit} characters that this account may send.`,
  );
}

function skip(run: Run, sourceId: number, reason: SkipReason): void {
  run.tally.skipped(reason);
  run.observer.onSkipped({ sourceId, reason });
  run.log.info('message_skipped', { sourceId, reason });
}

function fail(run: Run, sourceIds: readonly number[], error: unknown): void {
  const reason = failureReason(error);
  const message = messageOf(error);
  run.tally.failed(sourceIds, reason);
  for (const sourceId of sourceIds) {
    run.observer.onFailed({ sourceId, reason, message });
    run.log.error('message_failed', { sourceId, reason, message });
  }
}
