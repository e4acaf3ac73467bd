import type { Copies } from '../ledger/copies.js';
import type { MessageRow } from '../ledger/message-row.js';
import type { MessageDocument, PostDocument } from '../messages/document/document.js';
import type { FormattedText } from '../messages/document/text.js';
import { type InAlbum, withAlbums } from './albums-of.js';
import type { Part } from './continued.js';
import type { Finding } from './findings.js';
import { inOrder } from './in-order.js';
import { lookOf } from './key.js';
import type { Pair } from './pair-check.js';
import { answeredIn } from './place.js';
import type { RichWords } from './rules/rich.js';
import { FILES_AT_ONCE, phaseOf, SAVE_AFTER_BYTES, type VerifyScene } from './scene.js';

const GENERAL_TOPIC = 1;
/** The most messages without an original that are kept in mind, to find out which of them repeat a copy. */
const MOST_OPEN = 20_000;

/**
 * Verifies by the ledger's map of ids: first goes through the target and finds the messages that are nobody's copy, then
 * through the source, and compares each message with its copy.
 */
export async function verifyByLedger(scene: VerifyScene, copies: Copies): Promise<void> {
  const { phase } = phaseOf(scene.record);
  if (phase === undefined || phase === 'target') await findStrangers(scene, copies);
  if (phase === undefined || phase === 'target' || phase === 'source') await compareAll(scene, copies);
}

async function findStrangers(scene: VerifyScene, copies: Copies): Promise<void> {
  const { record, target, targetUpTo, onEvent } = scene;
  const { after = Math.max(copies.targetBefore, target.start) } = phaseOf(record);
  for await (const page of target.pages(after, targetUpTo)) {
    const posts = page.filter((each) => each.kind === 'message');
    const owned = await copies.copiesAmong(posts.map(({ id }) => id));
    for (const post of posts) {
      if (owned.has(post.id)) continue;
      if (record.openCount < MOST_OPEN) record.opens({ side: 'target', id: post.id, key: lookOf(post) });
      else record.differs({ kind: 'extra', targetId: post.id });
    }
    onEvent({ kind: 'checked', messages: page.length });
    await record.save({ phase: 'target', after: page.at(-1)?.id });
  }
}

async function compareAll(scene: VerifyScene, copies: Copies): Promise<void> {
  const { record, source, sourceUpTo, pairs, onEvent } = scene;
  const { phase, after } = phaseOf(record);
  const from = phase === 'source' ? (after ?? source.start) : source.start;
  const pages = withAlbums((after) => source.pages(after, sourceUpTo), { after: from, start: source.start });
  for await (const page of pages) await comparePage(scene, copies, page);
  pairs.finish();
  for (const { id } of [...record.openMessages]) record.differs({ kind: 'extra', targetId: id });
  for (const message of [...record.openMessages]) record.closes(message);
  await record.save({ phase: 'done' });
  onEvent({ kind: 'checked', messages: 0 });
}

/** A message that has a copy, or none and this to be said about it. */
type Step = { readonly id: number } & ({ readonly pair: Pair } | { readonly note: () => void });

async function comparePage(scene: VerifyScene, copies: Copies, page: readonly InAlbum[]): Promise<void> {
  const { record, pairs, signal, onEvent } = scene;
  const steps = await stepsOf(scene, copies, page);
  const reading = inOrder(
    steps,
    FILES_AT_ONCE,
    (step, linked) => ('pair' in step ? pairs.readFiles(step.pair, linked) : undefined),
    signal,
  );
  let bytesBefore = record.counters.bytes;
  for await (const [step, outcomes] of reading) {
    signal.throwIfAborted();
    if ('pair' in step) await comparePair(scene, step.pair, outcomes);
    else step.note();
    onEvent({ kind: 'checked', messages: 1 });
    const isLast = step === steps.at(-1);
    if (isLast || record.counters.bytes - bytesBefore > SAVE_AFTER_BYTES) {
      bytesBefore = record.counters.bytes;
      await pairs.save({ phase: 'source', after: step.id });
    }
  }
}

async function comparePair(
  { record, pairs }: VerifyScene,
  pair: Pair,
  outcomes: Parameters<VerifyScene['pairs']['check']>[1],
): Promise<void> {
  const twin = (look: string): void => {
    for (let found = record.takes('target', look); found; found = record.takes('target', look)) {
      const finding: Finding = { kind: 'twice', sourceId: pair.source.id, targetId: found.id };
      record.differs({ ...finding, copy: pair.copy.id });
    }
  };
  twin(lookOf(pair.copy));
  await pairs.check(pair, outcomes);
}

async function stepsOf(
  scene: VerifyScene,
  copies: Copies,
  page: readonly InAlbum[],
): Promise<readonly Step[]> {
  const documents = page.map(([document]) => document);
  const answered = documents.flatMap((each) => (each.kind === 'message' ? (answeredIn(each) ?? []) : []));
  const rows = await copies.find([...new Set([...documents.map(({ id }) => id), ...answered])]);
  const targetIds = documents.flatMap(({ id }) => rows.get(id)?.targetId ?? []);
  const continued = await copies.continuationsOf(documents.map(({ id }) => id));
  const partIds = [...continued.values()].flat().flatMap(({ targetId }) => targetId ?? []);
  const items = await copies.itemsOf(documents.map(({ id }) => id));
  const found = await scene.target.fetch([...targetIds, ...partIds, ...[...items.values()].flat()]);
  return page.map(([document, album]) => {
    const parts = (continued.get(document.id) ?? []).map((row) => partOf(row, found));
    return stepOf(scene, copies, {
      document,
      album,
      rows,
      found,
      parts,
      items: items.get(document.id) ?? [],
    });
  });
}

interface Looked {
  readonly document: MessageDocument;
  readonly album: readonly MessageDocument[];
  readonly rows: ReadonlyMap<number, MessageRow>;
  readonly found: ReadonlyMap<number, MessageDocument>;
  readonly parts: readonly Part[];
  /** The further messages of a copy that is an album of its own. */
  readonly items: readonly number[];
}

function stepOf(scene: VerifyScene, copies: Copies, looked: Looked): Step {
  const { document, album, rows, found, parts } = looked;
  const { record, isWanted, pairs } = scene;
  const { id } = document;
  const note = (work: () => void): Step => ({ id, note: work });
  const differs = (finding: Finding): Step => note(() => record.differs({ sourceId: id, ...finding }));
  const row = rows.get(id);
  if (document.kind === 'service' && row?.state !== 'sent') return note(() => record.skipped('service'));
  if (isWanted && !isWanted(document, album)) return note(() => record.add('unselected'));
  if (!row) {
    if (id <= copies.takenUp) return note(() => record.add('unrecorded'));
    if (copies.wasPassedOver(id)) return note(() => record.add('unselected'));
    if (id > copies.checkpoint) return differs({ kind: 'waiting' });
    const album = document.kind === 'message' && document.album !== undefined && { album: document.album };
    return differs({ kind: 'missing', why: 'The ledger does not know it.', ...album });
  }
  const { state, reason = 'unknown', detail, targetId } = row;
  if (state === 'skipped' && reason !== 'already_sent') return note(() => record.skipped(reason));
  if (state === 'planned' || state === 'sending') return differs({ kind: 'waiting' });
  if (state !== 'sent' || targetId === undefined)
    return differs({ kind: 'missing', why: [reason, detail].filter(Boolean).join(': ') });
  const copy = found.get(targetId);
  if (!copy) return differs({ kind: 'missing', targetId });
  // A card stands for a service message.
  if (document.kind === 'service' && copy.kind === 'message' && row.losses?.includes('card'))
    return note(() => pairs.checkCard({ id, copy, losses: row.losses, sent: sentOf(row) }));
  if (document.kind !== 'message' || copy.kind !== 'message')
    return differs({
      kind: 'kind',
      targetId,
      source: document.kind,
      copy: copy.kind,
      obstacle: 'not_a_message',
    });
  if (document.album !== undefined) pairs.albumAt(document, album[0]?.id ?? id);
  const sent = sentOf(row);
  return {
    id,
    pair: {
      ...pairOf(scene, copies, { source: document, copy, rows, losses: row.losses }),
      sent: sent === 'own' ? document : sent,
      sentRich: sent === 'own' ? undefined : sent?.rich,
      parts,
      ...furtherOf(looked),
    },
  };
}

function furtherOf({ items, found }: Looked): Pick<Pair, 'more' | 'gone'> {
  const more = items.flatMap((id): PostDocument[] => {
    const item = found.get(id);
    return item?.kind === 'message' ? [item] : [];
  });
  return { more, gone: items.filter((id) => !more.some((item) => item.id === id)) };
}

type ContinuationRow = NonNullable<ReturnType<Awaited<ReturnType<Copies['continuationsOf']>>['get']>>[number];

/** The text that was sent; `own`: that of the source; undefined when nobody knows. */
function sentOf({ sentText }: MessageRow): Sent | 'own' | undefined {
  if (sentText === undefined) return undefined;
  return sentText === '' ? 'own' : (JSON.parse(sentText) as Sent);
}

interface Sent extends FormattedText {
  readonly rich?: RichWords;
}

function partOf(
  { part, state, text, targetId }: ContinuationRow,
  found: ReadonlyMap<number, MessageDocument>,
): Part {
  return {
    part,
    text: text === undefined ? undefined : (JSON.parse(text) as FormattedText),
    targetId,
    copy: targetId === undefined ? undefined : found.get(targetId),
    ...(state === 'failed' && { why: 'Telegram refused it.' }),
  };
}

function pairOf(
  { target }: VerifyScene,
  copies: Copies,
  {
    source,
    copy,
    rows,
    losses,
  }: {
    readonly source: PostDocument;
    readonly copy: PostDocument;
    readonly rows: ReadonlyMap<number, MessageRow>;
    readonly losses: readonly string[] | undefined;
  },
): Pair {
  const { chat, topic } = target.side;
  const answered = answeredIn(source);
  const mapped = source.topic === undefined ? undefined : copies.topicMap.get(source.topic);
  const expected = topic ?? mapped ?? GENERAL_TOPIC;
  return {
    source,
    copy,
    losses,
    topic: chat.kind === 'forum' ? expected : undefined,
    answered: answered === undefined ? 'unknown' : (rows.get(answered)?.targetId ?? 'none'),
  };
}
