import type { Api } from 'telegram';
import { FailedError } from '../base/errors.js';
import { classify } from '../pace/classify.js';
import { type SendTarget, sendAlbum, sendMedia, sendText } from '../telegram/send.js';
import { TelegramError } from '../telegram/telegram-error.js';
import { withoutMentions } from './entities.js';
import { finishInFlight } from './in-flight.js';
import { noteReduction, type Run } from './job.js';
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
  repair(part: number): Promise<void>;
}

/** How often the same part is carried again for one send. */
const REPAIRS_PER_PART = 3;

/**
 * Sends one message, or several as an album, and answers the target's ids in order. Parts that the server has let go
 * of are carried again; entities and previews that it refuses are left out, and counted.
 */
export async function sendUnit(
  run: Run,
  items: readonly Outgoing[],
  topicId: number | undefined,
): Promise<number[]> {
  const repairs = new Map<number, number>();
  let outgoing = items;
  for (;;) {
    try {
      const target = targetOf(run, outgoing, topicId);
      return await finishInFlight(run, (signal) => send(run, target, outgoing, signal));
    } catch (error) {
      run.signal.throwIfAborted();
      const verdict = classify(error);
      if (verdict.kind === 'missing-part') {
        await repair(outgoing, verdict.part, repairs);
        continue;
      }
      const reduced = withoutRefused(run, outgoing, error);
      if (!reduced) throw error;
      outgoing = reduced;
    }
  }
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
    const album = items.flatMap((item) =>
      item.media
        ? [{ media: item.media, caption: item.text, entities: item.entities, randomId: item.randomId }]
        : [],
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

async function repair(items: readonly Outgoing[], part: number, repairs: Map<number, number>): Promise<void> {
  const times = (repairs.get(part) ?? 0) + 1;
  if (times > REPAIRS_PER_PART) {
    throw new FailedError(
      'PARTS_LOST',
      `Telegram lost part ${part} of a file ${times} times: try this message again later.`,
    );
  }
  repairs.set(part, times);
  for (const item of items) await item.repair(part);
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
