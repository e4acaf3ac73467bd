import type { MessageDocument, PostDocument } from '../messages/document/document.js';
import { type InAlbum, withAlbums } from './albums-of.js';
import { CARD } from './excuses.js';
import { inOrder } from './in-order.js';
import { lookOf } from './key.js';
import { notCopied } from './kinds.js';
import type { Pair } from './pair-check.js';
import { answeredIn } from './place.js';
import type { Presumed } from './presumed.js';
import { RecentPairs } from './recent-pairs.js';
import type { OpenMessage } from './record.js';
import { FILES_AT_ONCE, phaseOf, SAVE_AFTER_BYTES, type VerifyScene } from './scene.js';
import { TopicPairs } from './topic-pairs.js';
import { type Match, type Seen, seen, takeMatches, WINDOW } from './window.js';

/** The most messages of both sides without a partner that are kept in mind; the oldest are given up first. */
const MOST_OPEN = 20_000;

/** What matching by order and content remembers. */
interface Matching {
  readonly recent: RecentPairs;
  readonly topics: TopicPairs;
  /** How far each side has been matched. */
  afterSource: number;
  afterTarget: number;
  /** What has been compared since the last position. */
  unsaved: { messages: number; bytesBefore: number };
}

/** After this many messages a position is saved. */
const SAVE_AFTER_MESSAGES = 64;

/**
 * Verifies without a ledger: reads both histories side by side and matches messages by their order and content, in a
 * window that survives missing, extra and doubled messages. A message without a partner there is kept in mind: if one
 * that looks the same turns up later on the other side, it was moved.
 */
export async function verifyByOrder(scene: VerifyScene): Promise<void> {
  const { record, source, target, pairs, client, signal } = scene;
  const at = phaseOf(record) as Readonly<Record<string, unknown>>;
  if (at['phase'] === 'done' || at['phase'] === 'files') return;
  const matching: Matching = {
    recent: new RecentPairs(),
    topics: await TopicPairs.read(client, { source: source.side, target: target.side }, signal),
    afterSource: (at['after'] as number | undefined) ?? source.start,
    afterTarget: (at['afterTarget'] as number | undefined) ?? target.start,
    unsaved: { messages: 0, bytesBefore: record.counters.bytes },
  };
  if (at['phase'] === 'pairs') matching.recent.forgetBefore(matching.afterSource + 1);
  const [sources, copies] = [
    new Filled(scene, 'source', matching.afterSource),
    new Filled(scene, 'target', matching.afterTarget),
  ];
  try {
    for (;;) {
      await sources.fill();
      await copies.fill();
      if (sources.window.length === 0 && copies.window.length === 0) break;
      const matches = takeMatches(sources.window, copies.window, sources.isEnd && copies.isEnd);
      await settle(scene, matching, matches);
    }
  } finally {
    await sources.close();
    await copies.close();
  }
  for (const message of [...record.openMessages]) giveUp(scene, message);
  pairs.finish();
  await record.save({ phase: 'done' });
}

/** A window over one side's history. */
class Filled {
  readonly window: Seen[] = [];
  readonly #scene: VerifyScene;
  readonly #side: 'source' | 'target';
  readonly #pages: AsyncGenerator<readonly InAlbum[]>;
  isEnd = false;

  constructor(scene: VerifyScene, side: 'source' | 'target', after: number) {
    this.#scene = scene;
    this.#side = side;
    const upTo = side === 'source' ? scene.sourceUpTo : scene.targetUpTo;
    const { start } = scene[side];
    this.#pages = withAlbums((from) => scene[side].pages(from, upTo), { after, start });
  }

  async fill(): Promise<void> {
    while (this.window.length < WINDOW && !this.isEnd) {
      const { done, value } = await this.#pages.next();
      if (done) this.isEnd = true;
      else for (const each of value) this.#take(each);
    }
  }

  async close(): Promise<void> {
    await this.#pages.return(undefined);
  }

  #take([document, album]: InAlbum): void {
    const { record, isWanted } = this.#scene;
    const isSource = this.#side === 'source';
    if (document.kind !== 'message') {
      if (isSource && document.kind === 'service') record.skipped('service');
    } else {
      // Messages that aren't selected may have copies all the same: they are matched, but not compared.
      const wanted = !isSource || !isWanted || isWanted(document, album);
      const [first] = album;
      if (isSource && first && document.album !== undefined) this.#scene.pairs.albumAt(document, first.id);
      this.window.push({ ...seen(document), wanted });
      if (!wanted) record.add('unselected');
    }
  }
}

async function settle(scene: VerifyScene, matching: Matching, matches: readonly Match[]): Promise<void> {
  const { pairs, signal, onEvent } = scene;
  const partners = await partnersOf(scene, matching, matches);
  const resolved = await pairsOf(scene, matching, partners);
  const reading = inOrder(resolved, FILES_AT_ONCE, (pair, linked) => pairs.readFiles(pair, linked), signal);
  for await (const [pair, outcomes] of reading) {
    signal.throwIfAborted();
    await pairs.check(pair, outcomes);
    onEvent({ kind: 'checked', messages: 1 });
  }
  for (const { source, copy, pieces } of matches) {
    matching.afterSource = source?.post.id ?? matching.afterSource;
    matching.afterTarget = (pieces?.at(-1) ?? copy)?.post.id ?? matching.afterTarget;
  }
  const alone = matches.filter(({ source }) => source).length - resolved.length;
  onEvent({ kind: 'checked', messages: Math.max(0, alone) });
  await saveNowAndThen(scene, matching, matches.length);
}

async function saveNowAndThen(
  { record, pairs }: VerifyScene,
  matching: Matching,
  settled: number,
): Promise<void> {
  const { afterSource: after, afterTarget, unsaved } = matching;
  const { bytes } = record.counters;
  unsaved.messages += settled;
  if (unsaved.messages < SAVE_AFTER_MESSAGES && bytes - unsaved.bytesBefore < SAVE_AFTER_BYTES) return;
  await pairs.save({ phase: 'pairs', after, afterTarget });
  matching.unsaved = { messages: 0, bytesBefore: bytes };
}

interface Partners {
  readonly source: PostDocument;
  readonly copy: PostDocument;
  /** The further messages of the target of which the copy consists. */
  readonly more: readonly PostDocument[];
}

const SPLIT: Presumed = { loss: 'split', fields: ['text', 'entities'] };
/** Paid media that are an ordinary album in the target. */
const ALBUM: Presumed = { loss: 'price', fields: ['media', 'album', 'kind'] };
/** The words of a rich message, in an album with its photos and videos. */
const WORDS: Presumed = {
  loss: 'rich_layout',
  fields: ['text', 'entities', 'media', 'album', 'kind', 'richMessage'],
};

/** What a message became that has several copies. */
function postedAs({ media, richMessage }: PostDocument): Presumed {
  if (richMessage) return WORDS;
  return media?.kind === 'paid_media' ? ALBUM : SPLIT;
}

/**
 * The pairs of the matches, the ones with messages that were kept in mind included, in the order of the matches. A
 * message without a partner is kept in mind.
 */
async function partnersOf(
  scene: VerifyScene,
  { recent }: Matching,
  matches: readonly Match[],
): Promise<readonly Partners[]> {
  const { record } = scene;
  const found: {
    source: PostDocument | number;
    copy: PostDocument | number;
    more?: readonly PostDocument[];
  }[] = [];
  for (const { source, copy, pieces } of matches) {
    if (source && !source.wanted) {
      if (copy) recent.add(source.post.id, copy.post.id, source.look.whole);
    } else if (source && copy)
      found.push({
        source: source.post,
        copy: copy.post,
        ...(pieces && { more: pieces.slice(1).map(({ post }) => post) }),
      });
    else if (source) {
      const kept = record.takes('target', source.look.whole);
      if (kept) found.push({ source: source.post, copy: kept.id });
      else leaveOpen(scene, source);
    } else if (copy) {
      const kept = record.takes('source', copy.look.whole);
      if (kept) found.push({ source: kept.id, copy: copy.post });
      else record.opens({ side: 'target', id: copy.post.id, key: copy.look.whole, ...twinOf(recent, copy) });
    }
  }
  if (record.openCount > MOST_OPEN) {
    const oldest = [...record.openMessages].slice(0, record.openCount - MOST_OPEN);
    for (const message of oldest) giveUp(scene, message);
  }
  const sources = await scene.source.fetch(
    found.flatMap(({ source }) => (typeof source === 'number' ? source : [])),
  );
  const copies = await scene.target.fetch(
    found.flatMap(({ copy }) => (typeof copy === 'number' ? copy : [])),
  );
  return found.flatMap(({ source, copy, more = [] }) => {
    const one = typeof source === 'number' ? sources.get(source) : source;
    const other = typeof copy === 'number' ? copies.get(copy) : copy;
    if (one?.kind !== 'message' || other?.kind !== 'message') return [];
    recent.add(one.id, other.id, lookOf(one));
    return [{ source: one, copy: other, more }];
  });
}

/** A message of the source without a copy: it may be one that nobody copies. */
function leaveOpen({ record }: VerifyScene, { post, look }: Seen): void {
  const reason = notCopied(post);
  if (reason === undefined) record.opens({ side: 'source', id: post.id, key: look.whole });
  else record.skipped(reason);
}

function twinOf(recent: RecentPairs, { look }: Seen): Pick<OpenMessage, 'twin'> {
  const twin = recent.like(look.whole);
  return twin ? { twin } : {};
}

/** A message that has found no partner is missing, repeats a copy, or belongs to nothing. */
function giveUp({ record }: VerifyScene, message: OpenMessage): void {
  record.closes(message);
  const { side, id, twin } = message;
  if (side === 'source') record.differs({ kind: 'missing', sourceId: id });
  else if (twin)
    record.differs({ kind: 'twice', sourceId: twin.sourceId, targetId: id, copy: twin.targetId });
  else record.differs({ kind: 'extra', targetId: id });
}

/** Finds out what each copy should answer, and where it should stand. */
async function pairsOf(
  scene: VerifyScene,
  { recent, topics }: Matching,
  partners: readonly Partners[],
): Promise<readonly Pair[]> {
  const pairs = partners.map(({ source, copy, more }): Pair => {
    const answered = answeredIn(source);
    const mayBeCard = notCopied(source) !== undefined;
    return {
      source,
      copy,
      losses: undefined,
      presumed: [...(mayBeCard ? [CARD] : []), ...(more.length > 0 ? [postedAs(source)] : [])],
      more,
      topic: topics.expected(source.topic, copy.topic),
      answered: answered === undefined ? 'unknown' : recent.copyOf(answered),
    };
  });
  const old = pairs.filter(
    ({ source, answered }) => answered === 'unknown' && answeredIn(source) !== undefined,
  );
  if (old.length === 0) return pairs;
  const asked = await scene.source.fetch(old.flatMap(({ source }) => answeredIn(source) ?? []));
  const answers = await scene.target.fetch(old.flatMap(({ copy }) => answeredIn(copy) ?? []));
  return pairs.map((pair) =>
    old.includes(pair) ? { ...pair, answered: oldAnswer(pair, asked, answers) } : pair,
  );
}

/** A reply to something long ago is right when what both sides answer looks the same. */
function oldAnswer(
  { source, copy }: Pair,
  asked: ReadonlyMap<number, MessageDocument>,
  answers: ReadonlyMap<number, MessageDocument>,
): Pair['answered'] {
  const original = asked.get(answeredIn(source) ?? 0);
  const answer = answers.get(answeredIn(copy) ?? 0);
  if (original?.kind !== 'message') return 'none';
  if (answer?.kind !== 'message') return 'unknown';
  return lookOf(original) === lookOf(answer) ? answer.id : NOWHERE;
}

/** The id of no message. */
const NOWHERE = 0;
