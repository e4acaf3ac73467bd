import type { Api } from 'telegram';
import { classify } from '../pace/classify.js';
import { type SendTarget, sendAlbum, sendMedia, sendText } from '../telegram/send.js';
import { TelegramError } from '../telegram/telegram-error.js';
import { withoutMentions } from './entities.js';
import { finishInFlight } from './in-flight.js';
import { noteReduction, type Run } from './job.js';
import { withRepairs } from './repairs.js';
import { verdictOf } from './verdicts.js';

/** A message that is ready to be sent. */
export interface Outgoing {
  readonly sourceId: number;
  readonly randomId: bigint;
  /** The text, or the caption. */
  readonly text: string;
  readonly entities: Api.TypeMessageEntity[];
  readonly silent: boolean;
  readonly invertMedia: boolean;
  readonly media?: Api.TypeInputMedia;
  /** The link preview as its sender laid it out; plain text is sent when the server refuses it. */
  readonly preview?: Api.InputMediaWebPage;
  /** The original shows no link preview. */
  readonly noWebpage: boolean;
  /** Bytes of its file. */
  readonly bytes: number;
  /** Carries a part of its uploaded file again (FILE_PART_X_MISSING). */
  repair(part: number): Promise<void>;
  /** Makes its media anew when Telegram's reference to it has run out: an album's. */
  renew?(): Promise<Api.TypeInputMedia>;
}

const MOST_RENEWALS = 2;

/**
 * Sends one message, or several as an album, and answers the target's ids in order. Parts that the server has let go
 * of are carried again; entities and previews that it refuses are left out, and counted.
 */
export async function sendUnit(
  run: Run,
  items: readonly Outgoing[],
  topicId: number | undefined,
): Promise<number[]> {
  let outgoing = items;
  for (let renewals = 0; ; ) {
    const target = targetOf(run, outgoing, topicId);
    const call = (): Promise<number[]> =>
      finishInFlight(run, (signal) => send(run, target, outgoing, signal));
    try {
      return await withRepairs(call, (part) => repairAll(outgoing, part), run.signal);
    } catch (error) {
      run.signal.throwIfAborted();
      if (classify(error).kind === 'reference' && renewals < MOST_RENEWALS) {
        renewals += 1;
        outgoing = await renewAll(outgoing);
        continue;
      }
      const reduced = withoutRefused(run, outgoing, error);
      if (!reduced) throw error;
      outgoing = reduced;
    }
  }
}

/** The refusal doesn't say of which file the part is missing. */
async function repairAll(items: readonly Outgoing[], part: number): Promise<void> {
  for (const item of items) await item.repair(part);
}

async function renewAll(items: readonly Outgoing[]): Promise<Outgoing[]> {
  const renewed: Outgoing[] = [];
  for (const item of items) renewed.push(item.renew ? { ...item, media: await item.renew() } : item);
  return renewed;
}

function targetOf(run: Run, items: readonly Outgoing[], topicId: number | undefined): SendTarget {
  const silent = items.some((item) => item.silent);
  return { chat: run.target, silent, ...(topicId !== undefined && { topicId }) };
}

async function send(
  { client }: Run,
  target: SendTarget,
  items: readonly Outgoing[],
  signal: AbortSignal,
): Promise<number[]> {
  const [first] = items;
  if (!first) return [];
  const { randomId, text, entities, invertMedia, noWebpage } = first;
  if (items.length > 1) {
    const album = items.flatMap(({ media, text: caption, ...item }) =>
      media ? [{ ...item, media, caption }] : [],
    );
    return sendAlbum(client, target, album, signal);
  }
  const media = first.media ?? first.preview;
  if (media)
    return [
      await sendMedia(client, target, { media, caption: text, entities, randomId, invertMedia }, signal),
    ];
  return [await sendText(client, target, { text, entities, randomId, noWebpage, invertMedia }, signal)];
}

/** The same messages without what the refusal is about; undefined when that is no dispensable thing. */
function withoutRefused(
  run: Run,
  items: readonly Outgoing[],
  error: unknown,
): readonly Outgoing[] | undefined {
  if (!(error instanceof TelegramError)) return undefined;
  const wire = error.errorMessage;
  if (items.some(({ preview }) => preview) && verdictOf(error) === 'message') {
    return items.map((item) => dropPreview(run, item));
  }
  if (wire === 'ENTITY_MENTION_USER_INVALID' || wire === 'USER_INVALID') {
    return drop(run, items, 'mention', withoutMentions);
  }
  if (/^ENTIT(Y|IES)_/.test(wire)) return drop(run, items, 'entities', () => []);
  return undefined;
}

function dropPreview(run: Run, item: Outgoing): Outgoing {
  const { preview, ...rest } = item;
  if (preview) noteReduction(run, item.sourceId, 'preview_layout');
  return rest;
}

function drop(
  run: Run,
  items: readonly Outgoing[],
  kind: 'mention' | 'entities',
  keep: (entities: Outgoing['entities']) => Outgoing['entities'],
): readonly Outgoing[] | undefined {
  let changed = false;
  const result = items.map((item) => {
    const entities = keep(item.entities);
    if (entities.length === item.entities.length) return item;
    changed = true;
    noteReduction(run, item.sourceId, kind);
    return { ...item, entities };
  });
  return changed ? result : undefined;
}
