import type { DifferenceKind } from './differences.js';
import type { Excused } from './excuses.js';
import { type Finding, obstacleTo } from './findings.js';
import type { Journal, JournalLine } from './journal.js';
import type { PlacedRun } from './misplaced.js';
import type { Obstacle } from './obstacles.js';
import type { Sampled } from './sample.js';

/** How many findings a report lists; the journal has all of them. */
export const MOST_LISTED = 10_000;

/** A message that has found no partner yet, and may find one later. */
export interface OpenMessage {
  readonly side: 'source' | 'target';
  readonly id: number;
  /** Says what it looks like. */
  readonly key: string;
  /** A pair that looks the same: this message may repeat its copy. */
  readonly twin?: Sampled;
}

export interface Counters {
  /** Pairs of a message and its copy. */
  readonly compared: number;
  /** Messages that the ledger says were left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** What copies lack with a reason, by loss. */
  readonly reductions: Readonly<Record<string, number>>;
  /** Messages that the selection leaves out. */
  readonly unselected: number;
  /** Messages that were cloned before there was a ledger. */
  readonly unrecorded: number;
  readonly differences: Readonly<Partial<Record<DifferenceKind, number>>>;
  /** The differences among them that no run can repair, by the reason. */
  readonly unrepairable: Readonly<Partial<Record<Obstacle, number>>>;
  /** Pairs of files whose content was compared. */
  readonly files: number;
  /** Bytes that were read for it. */
  readonly bytes: number;
}

export type Position = Readonly<Record<string, unknown>>;

/** What a verification has found so far, in memory and in its journal. */
export class VerifyRecord {
  readonly findings: Finding[] = [];
  /** What an interrupted verification had in its sample, at one time or another. */
  readonly sampledBefore: Sampled[] = [];
  readonly #open = new Map<string, OpenMessage>();
  readonly #byKey = new Map<string, Set<string>>();
  readonly #onFinding: (finding: Finding) => void;
  readonly #onPlaced: (runs: readonly PlacedRun[]) => void;
  #journal: Journal | undefined;
  #position: Position = {};
  #counters: Counters = {
    compared: 0,
    skipped: {},
    reductions: {},
    unselected: 0,
    unrecorded: 0,
    differences: {},
    unrepairable: {},
    files: 0,
    bytes: 0,
  };

  /** `onPlaced` is given the pairs of an earlier process. */
  constructor(onFinding: (finding: Finding) => void, onPlaced: (runs: readonly PlacedRun[]) => void) {
    this.#onFinding = onFinding;
    this.#onPlaced = onPlaced;
  }

  get counters(): Counters {
    return this.#counters;
  }

  /** Where an interrupted verification had got to; empty at the beginning. */
  get position(): Position {
    return this.#position;
  }

  get openMessages(): Iterable<OpenMessage> {
    return this.#open.values();
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Takes a line of the journal of an earlier process. */
  replay(line: JournalLine): void {
    switch (line.line) {
      case 'finding':
        this.#list(line['finding'] as Finding);
        break;
      case 'open':
        this.#remember(line['message'] as OpenMessage);
        break;
      case 'closed':
        this.#forget(line['message'] as OpenMessage);
        break;
      case 'sampled':
        this.sampledBefore.push(line['ids'] as Sampled);
        break;
      case 'placed':
        this.#onPlaced(line['runs'] as readonly PlacedRun[]);
        break;
      case 'position':
        if (line['counters']) this.#counters = line['counters'] as Counters;
        if (line['at']) this.#position = line['at'] as Position;
        break;
      default:
    }
  }

  /** From now on everything goes into this journal. */
  writeTo(journal: Journal): void {
    this.#journal = journal;
  }

  differs(finding: Finding): void {
    const obstacle = obstacleTo(finding);
    const { differences, unrepairable } = this.#counters;
    this.#count({
      differences: plusOne(differences, finding.kind),
      ...(obstacle !== undefined && { unrepairable: plusOne(unrepairable, obstacle) }),
    });
    this.#list(finding);
    this.#journal?.add({ line: 'finding', finding });
    this.#onFinding(finding);
  }

  /** What is excused in a message. It counts once for each loss, however many differences come of that. */
  reduced(
    sourceId: number,
    targetId: number,
    excused: readonly Excused[],
    counts: (loss: Excused['loss']) => boolean = () => true,
  ): void {
    for (const loss of new Set(excused.map((each) => each.loss))) {
      if (counts(loss)) this.#count({ reductions: plusOne(this.#counters.reductions, loss) });
    }
    for (const { loss, difference } of excused) {
      this.#journal?.add({ line: 'reduction', sourceId, targetId, loss, field: difference.field });
    }
  }

  /** A message that is in the sample for now. */
  sampled(ids: Sampled): void {
    this.#journal?.add({ line: 'sampled', ids });
  }

  /** Pairs whose places a later process has to know. */
  placed(runs: readonly PlacedRun[]): void {
    if (runs.length > 0) this.#journal?.add({ line: 'placed', runs });
  }

  skipped(reason: string): void {
    this.#count({ skipped: plusOne(this.#counters.skipped, reason) });
  }

  add(name: 'compared' | 'unselected' | 'unrecorded' | 'files' | 'bytes', count = 1): void {
    this.#count({ [name]: this.#counters[name] + count });
  }

  /** Keeps a message without a partner in mind. */
  opens(message: OpenMessage): void {
    this.#remember(message);
    this.#journal?.add({ line: 'open', message });
  }

  /** The oldest open message of a side that looks like this, which is open no longer. */
  takes(side: OpenMessage['side'], key: string): OpenMessage | undefined {
    const [first] = this.#byKey.get(`${side} ${key}`) ?? [];
    const message = first === undefined ? undefined : this.#open.get(first);
    if (message) this.closes(message);
    return message;
  }

  closes(message: OpenMessage): void {
    this.#forget(message);
    this.#journal?.add({ line: 'closed', message });
  }

  /** Makes everything so far durable: a later process continues from `at`. */
  async save(at: Position): Promise<void> {
    this.#position = at;
    await this.#journal?.save({ line: 'position', at, counters: this.#counters });
  }

  #count(change: Partial<Counters>): void {
    this.#counters = { ...this.#counters, ...change };
  }

  #list(finding: Finding): void {
    if (this.findings.length < MOST_LISTED) this.findings.push(finding);
  }

  #remember(message: OpenMessage): void {
    const { side, id, key } = message;
    const name = `${side} ${id}`;
    const look = `${side} ${key}`;
    this.#open.set(name, message);
    this.#byKey.set(look, (this.#byKey.get(look) ?? new Set()).add(name));
  }

  #forget({ side, id, key }: OpenMessage): void {
    const name = `${side} ${id}`;
    const look = `${side} ${key}`;
    this.#open.delete(name);
    this.#byKey.get(look)?.delete(name);
    if (this.#byKey.get(look)?.size === 0) this.#byKey.delete(look);
  }
}

function plusOne<Counts extends Readonly<Partial<Record<string, number>>>>(
  counts: Counts,
  name: keyof Counts,
): Counts {
  return { ...counts, [name]: (counts[name] ?? 0) + 1 };
}
