import type { PostDocument } from '../messages/document/document.js';
import type { FormattedText } from '../messages/document/text.js';
import { AlbumCheck, type AlbumFault, type AlbumMember } from './albums.js';
import { asFindings } from './as-findings.js';
import { compareMessages } from './compare.js';
import { compareParts, type Part } from './continued.js';
import type { Difference } from './differences.js';
import { type Excused, excuse, lostAtSend } from './excuses.js';
import type { FileScene } from './files.js';
import { compareAllFiles, compareItems, haveFilesToCompare, ofItem, type PlacedOutcome } from './items.js';
import { OrderCheck, type OrderState, type PlacedCopy } from './order.js';
import { compareReply, compareTopic } from './place.js';
import { type Presumed, presumedOf } from './presumed.js';
import type { VerifyRecord } from './record.js';
import { rankOf, type Sample, type Sampled, SampleKeeper } from './sample.js';
import { compareText } from './text.js';

/** A message and its copy. */
export interface Pair {
  readonly source: PostDocument;
  readonly copy: PostDocument;
  /** The text that was sent, as the ledger has it; undefined when nobody knows. */
  readonly sent?: FormattedText | undefined;
  /** The further messages of a copy that is an album, in order. */
  readonly more?: readonly PostDocument[];
  /** The ones among them that the target has no longer. */
  readonly gone?: readonly number[];
  /** The messages that continue the copy, in order. */
  readonly parts?: readonly Part[];
  /** What the copy lacks, as the ledger has recorded it; undefined when nobody has. */
  readonly losses: readonly string[] | undefined;
  /** Losses that may be presumed when nobody has recorded any. */
  readonly presumed?: readonly Presumed[];
  /** The topic that the copy should stand in; undefined when there are none, or nobody knows. */
  readonly topic: number | undefined;
  /** The copy of the message that the original answers. */
  readonly answered: number | 'none' | 'unknown';
}

/** A text that stands for a service message. */
interface Card extends Pick<Pair, 'copy' | 'losses'> {
  readonly id: number;
  readonly sent: FormattedText | 'own' | undefined;
}

/** The state that an interrupted check continues from. */
export interface PairState {
  readonly order?: OrderState & { readonly waiting: readonly PlacedCopy[] };
  readonly albums?: readonly AlbumMember[];
}

interface CheckScene {
  readonly files: FileScene;
  readonly record: VerifyRecord;
  readonly sample: Sample | undefined;
  readonly seed: string;
  readonly signal: AbortSignal;
}

/** Checks pairs in the order of the source: each by itself, its place among the others, its album and its files. */
export class PairCheck {
  readonly #scene: CheckScene;
  readonly #order: OrderCheck;
  readonly #albums: AlbumCheck;
  /** The first item of each album that was met lately. */
  readonly #firstOf = new Map<string, number>();
  readonly #kept: SampleKeeper;

  constructor(scene: CheckScene, { order, albums }: PairState, sampled: readonly Sampled[]) {
    this.#scene = scene;
    this.#order = new OrderCheck(order, order?.waiting);
    this.#albums = new AlbumCheck(albums);
    this.#kept = new SampleKeeper(scene.seed, scene.sample?.kind === 'count' ? scene.sample.count : 0);
    for (const each of sampled) this.#kept.offer(each);
  }

  get state(): PairState {
    const { state, waiting } = this.#order;
    return { order: { ...state, waiting }, albums: this.#albums.open };
  }

  /** The messages whose files are compared at the end, when the sample is a number of them. */
  get sampled(): readonly Sampled[] {
    return this.#kept.sampled;
  }

  /** Begins to compare the files of a pair, if they are to be compared at once. */
  readFiles(pair: Pair, signal: AbortSignal): Promise<readonly PlacedOutcome[]> | undefined {
    const { source } = pair;
    const { sample, seed, files } = this.#scene;
    const copies = copiesIn(pair);
    if (!sample || sample.kind === 'count' || !haveFilesToCompare(source, copies)) return undefined;
    if (sample.kind === 'share' && rankOf(seed, source.id) >= sample.share) return undefined;
    return compareAllFiles(files, source, copies, signal);
  }

  /** Records what is wrong with a pair. `outcomes`: what came of its files. */
  async check(pair: Pair, outcomes: Promise<readonly PlacedOutcome[]> | undefined): Promise<void> {
    const { record, sample } = this.#scene;
    const { source, copy, losses, topic, answered, parts = [], more = [], gone = [] } = pair;
    const sent = losses && pair.sent;
    const ids = { sourceId: source.id, targetId: copy.id };
    record.add('compared');
    const presumed = losses ? [] : [...(pair.presumed ?? []), ...presumedOf(source, copy, answered)];
    const found = [
      ...compareText(source, sent ?? copy),
      ...compareMessages(source, copy),
      ...compareTopic(copy, topic),
      ...compareReply(source, copy, answered),
    ];
    const atSend = losses && lostAtSend(losses);
    const reductions = [
      ...this.#record(ids, asFindings(pair, found), losses, presumed),
      // What the run has changed on purpose doesn't excuse what became of it since.
      ...(sent ? this.#record(ids, asFindings(pair, compareText(sent, copy)), atSend, []) : []),
    ];
    record.reduced(ids.sourceId, ids.targetId, reductions);
    for (const { finding, targetId } of compareItems(source, copiesIn(pair), losses))
      record.differs({ ...finding, sourceId: source.id, targetId });
    for (const targetId of gone) {
      const item = { field: 'media.items', obstacle: 'album_item' } as const;
      record.differs({ kind: 'missing', ...item, sourceId: source.id, targetId });
    }
    for (const each of compareParts(copy, parts)) this.#recordPart(ids.sourceId, each, atSend);
    if (outcomes) this.noteFiles(await outcomes);
    const sampled = { ...ids, ...(more.length > 0 && { more: more.map(({ id }) => id) }) };
    const isOffered = sample?.kind === 'count' && haveFilesToCompare(source, copiesIn(pair));
    if (isOffered && this.#kept.offer(sampled)) record.sampled(sampled);
    const place = this.#placeOf(pair);
    const continued = parts.flatMap(({ part, targetId, copy: there }) =>
      there && targetId !== undefined ? [{ sourceId: source.id, targetId, place: [...place, part] }] : [],
    );
    this.#outOfOrder(this.#order.add([{ ...ids, place: [...place, 0] }, ...continued]));
    const albums = {
      sourceAlbum: source.album,
      copyAlbum: isPosted(presumed) ? undefined : copy.album,
      losses,
    };
    this.#notOneAlbum(this.#albums.add([{ ...ids, ...albums }]));
  }

  /** Records what is wrong with a card that stands for a service message. */
  checkCard({ id, copy, losses, sent }: Card): void {
    const { record } = this.#scene;
    record.reduced(id, copy.id, [{ loss: 'card', difference: { kind: 'kind' } }]);
    if (!sent || sent === 'own' || !losses) return;
    const ids = { sourceId: id, targetId: copy.id };
    record.reduced(id, copy.id, this.#record(ids, compareText(sent, copy), lostAtSend(losses), []));
  }

  /** The first item of the album to which a message belongs. */
  albumAt({ album = '' }: PostDocument, firstId: number): void {
    this.#firstOf.set(album, firstId);
    for (const [key, id] of this.#firstOf) if (id < firstId - 500) this.#firstOf.delete(key);
  }

  /**
   * An album is one post at the place of its first item. Items that, as the ledger has recorded, could not stay in it come
   * right after it, in any order.
   */
  #placeOf({ source: { id, album }, copy, losses }: Pair): readonly number[] {
    if (album === undefined) return [id, 0, id];
    const first = this.#firstOf.get(album) ?? id;
    const leftIt = losses && excuse([{ kind: 'album', field: 'album' }], losses).reductions.length > 0;
    return copy.album === undefined && leftIt ? [first, 1, copy.id] : [first, 0, id];
  }

  #recordPart(
    sourceId: number,
    { part, targetId, difference }: ReturnType<typeof compareParts>[number],
    losses: readonly string[] | undefined,
  ): void {
    const { differences } = excuse([difference], losses, []);
    const name = `continuation.${part}`;
    for (const { field, ...each } of differences) {
      const finding = { ...each, field: field === undefined ? name : `${name}.${field}`, part, sourceId };
      this.#scene.record.differs({ ...finding, ...(targetId !== undefined && { targetId }) });
    }
  }

  /** Records what came of comparing the files of a message and its copy. */
  noteFiles(outcomes: readonly PlacedOutcome[]): void {
    const { record } = this.#scene;
    for (const { kind, field, why, ...shown } of outcomes) {
      record.add('files');
      if (!kind) continue;
      for (const finding of ofItem(shown, [{ kind, ...(field && { field }) }])) {
        const ids = { sourceId: shown.source.id, targetId: shown.copy.id };
        record.differs({ ...finding, ...(why && { why }), ...ids });
      }
    }
  }

  /** Settles everything that waited for later messages. */
  finish(): void {
    this.#outOfOrder(this.#order.finish());
    this.#notOneAlbum(this.#albums.finish());
  }

  #outOfOrder(copies: readonly PlacedCopy[]): void {
    for (const { sourceId, targetId } of copies)
      this.#scene.record.differs({ kind: 'order', sourceId, targetId });
  }

  #notOneAlbum(faults: readonly AlbumFault[]): void {
    for (const { difference, losses, ...ids } of faults) {
      const excused = this.#record(ids, [difference], losses, []);
      // Any other loss has been counted when the message itself was compared.
      this.#scene.record.reduced(ids.sourceId, ids.targetId, excused, (loss) => loss === 'album');
    }
  }

  /** Records the differences, and returns what is excused. */
  #record(
    ids: Sampled,
    found: readonly Difference[],
    losses: readonly string[] | undefined,
    presumed: readonly Presumed[],
  ): readonly Excused[] {
    const { differences, reductions } = excuse(found, losses, presumed);
    for (const each of differences) this.#scene.record.differs({ ...each, ...ids });
    return reductions;
  }
}

function copiesIn({ copy, more = [] }: Pair): readonly PostDocument[] {
  return [copy, ...more];
}

/** Paid media, and rich messages with media, may be an album in the target; in the source they are one message. */
function isPosted(presumed: readonly Presumed[]): boolean {
  return presumed.some(({ loss, fields }) => loss === 'price' || fields.includes('album'));
}
