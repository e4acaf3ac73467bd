import type { Api } from 'telegram/tl/index.js';
import type { SentContent } from '../base/fingerprint.js';
import type { Reduction } from '../messages/losses.js';
import type { Copyable } from '../messages/tl/content.js';
import { withoutMentions } from '../messages/tl/entities.js';
import { looksAs } from '../messages/tl/fingerprint.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { classify } from '../refusals/classify.js';
import { TelegramError } from '../refusals/telegram-error.js';
import { type Choose, findSent } from '../telegram/find-sent.js';
import { type ReplyTo, type SendTarget, sendAlbum, sendMedia, sendText } from '../telegram/send.js';
import type { Carried } from './carried.js';
import type { Draft } from './compose/draft.js';
import { notedText } from './compose/noted-text.js';
import { finishInFlight } from './in-flight.js';
import { loseInSend } from './note-reduction.js';
import { isAboutReply, ReplyRefused, withoutRefused } from './refused-reply.js';
import { ofStory } from './refused-story.js';
import { withRepairs } from './repairs.js';
import type { Run } from './run.js';
import { type FaultRun, type OwnCall, throughFaults } from './server-faults.js';
import { verdictOf } from './verdicts.js';

/** A message that is ready to be sent. */
export interface Outgoing extends Omit<Sendable, 'message' | 'choose'> {
  /** The original. */
  readonly message: HistoryMessage;
  /** What the original is cloned as. */
  readonly source: Copyable;
  /** The reductions that are the same whatever becomes of its text. */
  readonly apartFromText: readonly Reduction[];
  /** Its text isn't final yet. */
  readonly draft?: Draft;
  /** In how many further messages its text continues; the ledger has noted them. */
  readonly continuations?: number;
  /** What a poll, checklist or rich message is sent as when its words change. */
  readonly remade?: (content: Copyable) => Pick<Sendable, 'carried' | 'media' | 'rich'>;
  /** The other messages of its copy, which is an album; the ledger has noted them. */
  readonly items?: readonly Sendable[];
}

/** The parts of a message that a send needs. */
export interface Sendable {
  readonly message: Pick<HistoryMessage, 'id'>;
  /** Decides to whom messages found in the target belong. Default: by the ledger's claims. */
  readonly choose?: Choose;
  /** What its copy looks like. */
  readonly content: SentContent;
  readonly randomId: bigint;
  /** The text, or the caption. */
  readonly text: string;
  readonly entities: Api.TypeMessageEntity[];
  readonly silent: boolean;
  readonly invertMedia: boolean;
  /** Its file, if it has one. */
  readonly carried?: Carried;
  /** Media without a file: a place, a contact. */
  readonly media?: Api.TypeInputMedia;
  /** Makes the rich message that it is; what that refers to may change. */
  readonly rich?: () => Api.TypeInputRichMessage;
  /** The link preview as its sender laid it out; plain text is sent when the server refuses it. */
  readonly preview?: Api.InputMediaWebPage;
  /** What has to be done to the copy once it is there: see owed.ts. */
  readonly owed?: string;
  /** The id of the animation that is played when it arrives. */
  readonly effect?: bigint;
  /** The original shows no link preview. */
  readonly noWebpage: boolean;
  /** What the copy is going to lack, apart from its file. */
  readonly reductions: readonly Reduction[];
}

/** Where in the target a message goes. */
export interface Place {
  readonly topicId?: number;
  readonly replyTo?: ReplyTo;
  /** What the reply lacks. */
  readonly lost?: readonly Reduction[];
}

type LosingRun = Pick<Run, 'losses' | 'texts'>;
type SendRun = FaultRun & LosingRun & Pick<Run, 'posted' | 'job'>;

const MOST_RENEWALS = 2;

/**
 * Sends one message, or several as an album, and returns the target's ids in order. Parts that the server has dropped
 * are carried over again; entities, previews and replies that it refuses are left out and kept in `run.losses`. `note`
 * is called before each attempt, and makes durable what the copies are going to lack by then.
 * @param options.replyOrThrow without the reply, nothing is sent.
 * @throws ReplyRefused
 */
export async function sendUnit(
  run: SendRun,
  items: readonly Sendable[],
  wanted: Place,
  note: () => Promise<void>,
  options: { readonly replyOrThrow?: boolean } = {},
): Promise<number[]> {
  let outgoing = items;
  let place = wanted;
  for (let renewals = 0; ; ) {
    const target = targetOf(run, outgoing, place);
    try {
      return await throughFaults(run, ownCall(run, target, outgoing, note));
    } catch (error) {
      run.signal.throwIfAborted();
      if (classify(error).kind === 'reference' && renewals < MOST_RENEWALS && (await renewAll(outgoing))) {
        renewals += 1;
        continue;
      }
      if (place.replyTo && isAboutReply(error, place.replyTo)) {
        const { replyTo, loss } = withoutRefused(place.replyTo, error);
        if (!replyTo && options.replyOrThrow) throw new ReplyRefused(error);
        for (const id of sourceIdsOf(outgoing)) loseInSend(run, id, loss);
        const { replyTo: _, ...rest } = place;
        place = { ...rest, ...(replyTo && { replyTo }) };
        continue;
      }
      const alone = outgoing.length === 1;
      if (
        (await eachInTurn(outgoing, async ({ carried }) => carried?.concede(error, { alone }))).includes(true)
      ) {
        continue;
      }
      const reduced = withoutRefusedPart(run, outgoing, error);
      if (!reduced) throw ofStory(outgoing[0], error);
      outgoing = reduced;
    }
  }
}

/** The send as a call that may fail because of these messages alone. */
function ownCall(
  run: SendRun,
  target: SendTarget,
  items: readonly Sendable[],
  note: () => Promise<void>,
): OwnCall<number[]> {
  const withFile = items.some(({ carried }) => carried);
  const hasMedia = items.some(({ carried, media, preview, rich }) => !rich && (carried ?? media ?? preview));
  const one = hasMedia ? 'messages.sendMedia' : 'messages.sendMessage';
  return {
    sourceIds: sourceIdsOf(items),
    method: items.length > 1 ? 'messages.sendMultiMedia' : one,
    probe: withFile ? 'upload' : 'text',
    isExact: false,
    isDoubtful: () => items.some(({ carried }) => carried?.isDoubtful),
    async replace() {
      const replaced = await eachInTurn(items, async ({ carried }) => carried?.replace() ?? false);
      return replaced.includes(true);
    },
    async make(faults) {
      await note();
      const call = (): Promise<number[]> =>
        finishInFlight(run, (signal) => send(run, { ...target, faults }, items, signal));
      // The refusal doesn't say which file the missing part belongs to.
      return withRepairs(run, call, async (part) => {
        await eachInTurn(items, async ({ carried }) => carried?.repair(part));
      });
    },
    find: () => findPosted(run, target, items),
  };
}

/** Looks for the messages that an unanswered attempt has posted. */
async function findPosted(
  { client, signal }: Pick<Run, 'client' | 'signal'>,
  { chat, afterId, topicId, choose }: SendTarget,
  items: readonly Sendable[],
): Promise<number[] | undefined> {
  const ids = await findSent(
    client,
    chat,
    items.map(({ content }) => looksAs(content)),
    { afterId, topicId, choose, signal },
  );
  return ids && [...ids];
}

/** One message may go as several. */
function sourceIdsOf(items: readonly Sendable[]): number[] {
  return [...new Set(items.map(({ message }) => message.id))];
}

async function eachInTurn<T>(items: readonly Sendable[], work: (item: Sendable) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}

/** Whether anything had to be made again. The refusal doesn't always say which file it is about. */
async function renewAll(items: readonly Sendable[]): Promise<boolean> {
  const renewed = await eachInTurn(items, async ({ carried }) => carried?.renew() ?? false);
  return renewed.includes(true);
}

function targetOf(
  { target, posted, job }: Pick<Run, 'target' | 'posted' | 'job'>,
  items: readonly Sendable[],
  { topicId, replyTo }: Place,
): SendTarget {
  const sourceIds = sourceIdsOf(items);
  const contents = items.map(({ content }) => content);
  const effect = items.find((item) => item.effect !== undefined)?.effect;
  return {
    chat: target,
    silent: items.some((item) => item.silent),
    afterId: posted.lastId,
    choose:
      items[0]?.choose ??
      ((candidates, areThere) => job.claim({ sourceIds, contents, candidates, areThere })),
    ...(topicId !== undefined && { topicId }),
    ...(effect !== undefined && { effect }),
    ...(replyTo && { replyTo }),
  };
}

async function send(
  { client }: Pick<Run, 'client'>,
  target: SendTarget,
  items: readonly Sendable[],
  signal: AbortSignal,
): Promise<number[]> {
  const [first] = items;
  if (!first) return [];
  const { randomId, text, entities, invertMedia, noWebpage } = first;
  if (items.length > 1) {
    const album = items.flatMap(({ carried, text: caption, ...item }) =>
      carried ? [{ ...item, media: carried.input(), caption, fits: looksAs(item.content) }] : [],
    );
    return sendAlbum(client, target, album, signal);
  }
  const sent = { entities, randomId, invertMedia, fits: looksAs(first.content) };
  const rich = first.rich?.();
  if (rich) return [await sendText(client, target, { ...sent, text, noWebpage, rich }, signal)];
  const media = first.carried?.input() ?? first.media ?? first.preview;
  if (media) return [await sendMedia(client, target, { ...sent, media, caption: text }, signal)];
  return [await sendText(client, target, { ...sent, text, noWebpage }, signal)];
}

/** The same messages without the refused part; undefined when the message can't do without it. */
function withoutRefusedPart(
  run: LosingRun,
  items: readonly Sendable[],
  error: unknown,
): readonly Sendable[] | undefined {
  if (!(error instanceof TelegramError)) return undefined;
  const wire = error.errorMessage;
  if (items.some(({ effect }) => effect !== undefined) && EFFECT_REFUSALS.test(wire)) {
    return items.map((item) => dropEffect(run, item));
  }
  if (items.some(({ preview }) => preview) && verdictOf(error) === 'message') {
    return items.map((item) => dropPreview(run, item));
  }
  if (wire === 'ENTITY_MENTION_USER_INVALID' || wire === 'USER_INVALID') {
    return drop(run, items, 'mention', withoutMentions);
  }
  if (/^ENTIT(Y|IES)_/.test(wire)) return drop(run, items, 'entities', () => []);
  return undefined;
}

/** Some effects need Premium, and some exist no more. */
const EFFECT_REFUSALS = /^(?:EFFECT_\w+|PREMIUM_ACCOUNT_REQUIRED)$/;

function dropEffect(run: LosingRun, { effect, ...item }: Sendable): Sendable {
  if (effect !== undefined) loseInSend(run, item.message.id, 'effect');
  return item;
}

function dropPreview(run: LosingRun, item: Sendable): Sendable {
  const { preview, ...rest } = item;
  if (!preview) return rest;
  loseInSend(run, item.message.id, 'preview_layout');
  if (rest.text) return rest;
  // When the preview was the whole message, its link remains.
  const text = notedText({ text: preview.url, entities: [] }, { losses: item.reductions });
  run.texts.set(item.message.id, { text, continuations: [] });
  return { ...rest, text: preview.url };
}

function drop(
  run: LosingRun,
  items: readonly Sendable[],
  kind: 'mention' | 'entities',
  keep: (entities: Sendable['entities']) => Sendable['entities'],
): readonly Sendable[] | undefined {
  let changed = false;
  const result = items.map((item) => {
    const entities = keep(item.entities);
    if (entities.length === item.entities.length) return item;
    changed = true;
    loseInSend(run, item.message.id, kind);
    return { ...item, entities };
  });
  return changed ? result : undefined;
}
