import type { PostDocument } from '../messages/document/document.js';
import type { FormattedText } from '../messages/document/text.js';
import { asFindings } from './as-findings.js';
import { compareMessages } from './compare.js';
import { compareParts, type Part } from './continued.js';
import type { Difference } from './differences.js';
import { type Excused, excuse, lostAtSend } from './excuses.js';
import type { FileScene } from './files.js';
import { compareAllFiles, compareItems, haveFilesToCompare, ofItem, type PlacedOutcome } from './items.js';
import type { Misplaced, MisplacedCheck, PlacedPair } from './misplaced.js';
import { compareReply, compareTopic } from './place.js';
import { type Presumed, presumedOf } from './presumed.js';
import type { Position, VerifyRecord } from './record.js';
import { compareWords, type RichWords } from './rules/rich.js';
import { rankOf, type Sample, type Sampled, SampleKeeper } from './sample.js';
import { compareText } from './text.js';

/** A message and its copy. */
export interface Pair {
  readonly source: PostDocument;
  readonly copy: PostDocument;
  /** The text that was sent, as the ledger has it; undefined when nobody knows. */
  readonly sent?: FormattedText | undefined;
  /** The words of the rich message that was sent, where they aren't quite the source's; undefined when nobody knows. */
  readonly sentRich?: RichWords | undefined;
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

interface CheckScene {
  readonly files: FileScene;
  readonly record: VerifyRecord;
  /** It may have been given the pairs of an earlier process. */
  readonly misplaced: MisplacedCheck;
  readonly sample: Sample | undefined;
  readonly seed: string;
  readonly signal: AbortSignal;
}

/** Checks pairs in the order of the source: each by itself, its place among the others, its album and its files. */
export class PairCheck {
  readonly #scene: CheckScene;
  /** The first item of each album that was met lately. */
  readonly #firstOf = new Map<string, number>();
  readonly #kept: SampleKeeper;

  constructor(scene: CheckScene, sampled: readonly Sampled[]) {
    this.#scene = scene;
    this.#kept = new SampleKeeper(scene.seed, scene.sample?.kind === 'count' ? scene.sample.count : 0);
    for (const each of sampled) this.#kept.offer(each);
  }

  /** Makes everything so far durable: a later process continues from `at`, and is given the same pairs. */
  async save(at: Position): Promise<void> {
    const { record, misplaced } = this.#scene;
    record.placed(misplaced.takeUnsaved());
    await record.save(at);
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
    const { sent, sentRich } = losses ? pair : {};
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
      ...(sentRich ? this.#recordWords(pair, sentRich, found) : []),
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
    const continued = parts.flatMap(({ part, targetId, copy: there }) =>
      there && targetId !== undefined ? [[part, targetId] as const] : [],
    );
    const placed = {
      ...ids,
      ...this.#inAlbum(pair, isPosted(presumed)),
      ...(losses && { losses }),
      ...(continued.length > 0 && { continued }),
    };
    this.#note(this.#scene.misplaced.add(placed));
  }

  /** Compares a rich message with the words that were sent, unless it differs from the source without an excuse. */
  #recordWords(pair: Pair, sent: RichWords, found: readonly Difference[]): readonly Excused[] {
    const { source, copy, losses = [] } = pair;
    const unexcused = excuse(found, losses).differences;
    if (unexcused.some(({ field }) => field?.startsWith('richMessage'))) return [];
    const ids = { sourceId: source.id, targetId: copy.id };
    const differences = asFindings(pair, compareWords(sent, copy.richMessage));
    // Formatting is left out of a rich message before its words are noted.
    const atSend = lostAtSend(losses).filter((loss) => loss !== 'entities');
    return this.#record(ids, differences, atSend, []);
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

  /** The albums of a pair, as far as it belongs to any. */
  #inAlbum(
    { source: { id, album: sourceAlbum }, copy, losses }: Pair,
    isPostedAsAlbum: boolean,
  ): Pick<PlacedPair, 'first' | 'apart' | 'sourceAlbum' | 'copyAlbum'> {
    const copyAlbum = isPostedAsAlbum ? undefined : copy.album;
    const inCopy = copyAlbum !== undefined && { copyAlbum };
    if (sourceAlbum === undefined) return { ...inCopy };
    const first = this.#firstOf.get(sourceAlbum) ?? id;
    const leftIt = losses && excuse([{ kind: 'album', field: 'album' }], losses).reductions.length > 0;
    const apart = copy.album === undefined && leftIt && ({ apart: true } as const);
    return { first, sourceAlbum, ...inCopy, ...apart };
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
    this.#note(this.#scene.misplaced.finish());
  }

  #note({ outOfOrder, notOneAlbum }: Misplaced): void {
    const { record } = this.#scene;
    for (const { sourceId, targetId } of outOfOrder) record.differs({ kind: 'order', sourceId, targetId });
    for (const { difference, losses, ...ids } of notOneAlbum) {
      const excused = this.#record(ids, [difference], losses, []);
      // Any other loss has been counted when the message itself was compared.
      record.reduced(ids.sourceId, ids.targetId, excused, (loss) => loss === 'album');
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
