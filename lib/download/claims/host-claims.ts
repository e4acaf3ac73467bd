import { setImmediate } from 'node:timers/promises';
import { linkAbort } from '../../base/abort.js';
import { PART_SIZE } from '../../base/bytes.js';
import { LEASE_TIMES, LeaseTerm, type Moment, momentOf } from '../../store/lease-term.js';
import type { ClaimOfFile } from '../../store/tables/claimed-notes.js';
import {
  claimHosts,
  claimName,
  dropClaims,
  renewClaims,
  sweepClaims,
  takeClaims,
} from '../../store/tables/file-claims.js';
import type { ChosenFile } from '../chosen-file.js';
import type { DownloadOptions } from '../options.js';
import { FileClaimed, type FileClaims, type Freed } from './file-claims.js';
import { GivenBack } from './given-back.js';
import type { HeldFile } from './held-file.js';
import { NotedFiles } from './noted-files.js';
import { type MarksFolder, ProcessMark } from './process-mark.js';
import { Reach } from './reach.js';
import { TakenFiles } from './taken-files.js';

type Options = Pick<
  DownloadOptions,
  'store' | 'accountId' | 'host' | 'clock' | 'random' | 'log' | 'signal'
> & {
  readonly marks: MarksFolder;
  /** The files that come next, in their order. */
  readonly upcoming: () => Iterable<ChosenFile>;
};

/** How long a process that has fallen silent keeps its files, and how often it says that it is there, in milliseconds. */
const { leaseMs: LEASE_MS, renewalMs: RENEWAL_MS } = LEASE_TIMES;
/** So many files are claimed at once: small ones that come next are claimed along. */
const AT_ONCE = 40;
/** How long files that can't be claimed wait before they are tried again, in milliseconds. */
const PAUSE_MS = 500;

/**
 * Claims files in the database that several hosts share, for a minute by its clock, and renews all claims together. A file
 * that is held by another process isn't waited for here. When a process was stopped until another one has taken a
 * file, it finds that out before the file gets its name, and at the latest when its copy is noted.
 */
export class HostClaims implements FileClaims {
  readonly areUsed = true;
  readonly #options: Options;
  readonly #mark: ProcessMark;
  readonly #reach: Reach;
  readonly #noted: NotedFiles;
  readonly #givenBack: GivenBack;
  readonly #entries = new Map<bigint, HeldFile>();
  readonly #taken: TakenFiles;
  readonly #lost = new Set<bigint>();
  readonly #stop = new AbortController();
  #wanted: ChosenFile[] = [];
  #round: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #begun: Promise<void> | undefined;
  #renewing: Promise<void> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#mark = new ProcessMark(options.marks, options.random);
    this.#reach = new Reach(options);
    this.#noted = new NotedFiles(options);
    this.#taken = new TakenFiles(options);
    this.#givenBack = new GivenBack((names) => this.#drop(names), options.log);
  }

  has({ mediaId }: ChosenFile): boolean {
    const entry = this.#entries.get(mediaId);
    // After a pause of this process another one may have it.
    return entry !== undefined && (!entry.isHeld || entry.term.leftMs > 0);
  }

  async take(file: ChosenFile): Promise<boolean> {
    if (!this.has(file)) {
      this.#wanted.push(file);
      this.#round ??= this.#whenFree();
      await this.#round;
    }
    if (!this.has(file) && this.isTaken(file)) throw new FileClaimed(file);
    return this.isNew(file);
  }

  isNew(file: ChosenFile): boolean {
    return this.has(file) && this.#entries.get(file.mediaId)?.isNew === true;
  }

  isTaken({ mediaId }: ChosenFile): boolean {
    return this.#taken.has(mediaId);
  }

  async begin(file: ChosenFile): Promise<void> {
    await this.confirm(file);
    if (this.has(file)) return;
    this.#lost.add(file.mediaId);
    throw new FileClaimed(file);
  }

  async confirm(file: ChosenFile): Promise<void> {
    const entry = this.#entries.get(file.mediaId);
    if (!entry) throw new FileClaimed(file);
    if (!entry.isHeld || entry.term.leftMs > RENEWAL_MS) return;
    await this.#reach.try(() => this.#renewAll());
    if (!this.#entries.has(file.mediaId)) throw new FileClaimed(file);
  }

  watch({ mediaId }: ChosenFile, signal: AbortSignal): { readonly signal: AbortSignal; end(): void } {
    const ending = linkAbort(signal);
    const entry = this.#entries.get(mediaId);
    if (entry) entry.ending = ending;
    return { signal: ending.signal, end: () => ending.release() };
  }

  rightTo({ mediaId }: ChosenFile): ClaimOfFile {
    const { accountId, host } = this.#options;
    // Also of a file that was lost since, or could not be claimed: whether another host has it by now is seen when it is noted.
    return { accountId, mediaId, host, holder: this.#mark.holder };
  }

  ended(file: ChosenFile, how: 'noted' | 'lost'): void {
    const entry = this.#entries.get(file.mediaId);
    if (how === 'noted') this.#entries.delete(file.mediaId);
    else if (entry) this.#lose(entry);
  }

  wasLost({ mediaId }: ChosenFile): boolean {
    return this.#lost.has(mediaId);
  }

  giveBack({ mediaId }: ChosenFile): void {
    const entry = this.#entries.get(mediaId);
    if (!entry) return;
    this.#entries.delete(mediaId);
    // Not while claims are being taken: it may be among them.
    if (entry.isHeld) this.#last = this.#givenBack.add(entry.name, this.#last);
  }

  async free<Of extends { readonly file: ChosenFile }>(aside: readonly Of[]): Promise<Freed<Of>> {
    const names = aside.map(({ file }) => this.#nameOf(file));
    let hosts: ReadonlyMap<string, string> = new Map();
    const isKnown = await this.#reach.try(async () => {
      await this.#mark.bury(this.#options.store);
      hosts = await claimHosts(this.#options.store.db, names);
    });
    if (!isKnown && !this.#reach.isGivenUp) return { free: [], hosts: [] };
    const free = aside.filter((_, index) => !hosts.has(names[index] ?? ''));
    for (const { file } of free) this.#taken.forget(file.mediaId);
    return { free, hosts: [...new Set(hosts.values())].sort() };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    await this.#round?.catch(() => {});
    for (const { file } of [...this.#entries.values()]) this.giveBack(file);
    await this.#givenBack.done();
    this.#mark.end();
  }

  /** Behind the claims that are being taken; what is wanted by then is taken along. */
  #whenFree(): Promise<void> {
    const round = this.#last.then(async () => {
      await setImmediate();
      const wanted = this.#wanted;
      this.#wanted = [];
      this.#round = undefined;
      await this.#takeAll(wanted.filter((file) => !this.has(file)));
    });
    this.#last = round.catch(() => {});
    return round;
  }

  async #takeAll(wanted: readonly ChosenFile[]): Promise<void> {
    const files = new Map(wanted.map((file) => [file.mediaId, file]));
    if (files.size === 0) return;
    for (const file of this.#options.upcoming()) {
      if (files.size >= AT_ONCE) break;
      if (this.#isEasy(file)) files.set(file.mediaId, file);
    }
    const { clock, signal } = this.#options;
    for (;;) {
      if (await this.#reach.try(() => this.#claim([...files.values()], wanted))) return;
      if (this.#reach.isGivenUp) break;
      await clock.sleep(PAUSE_MS, signal);
    }
    for (const file of wanted) this.#enter(file, { isHeld: false, isNew: false });
  }

  /** Small files that come next end soon; a large one is left to whoever comes to it first. */
  #isEasy(file: ChosenFile): boolean {
    const isSmall = file.planned.size <= PART_SIZE && file.refused === undefined;
    return isSmall && !this.#entries.has(file.mediaId) && !this.isTaken(file);
  }

  async #claim(files: readonly ChosenFile[], wanted: readonly ChosenFile[]): Promise<void> {
    const { store, host, clock, log } = this.#options;
    this.#begun ??= this.#begin().catch((error: unknown) => {
      this.#begun = undefined;
      throw error;
    });
    await this.#begun;
    const at = momentOf(clock);
    await store.writer.keep();
    const names = files.map((file) => this.#nameOf(file));
    const held = await takeClaims(store.db, { holder: this.#mark.holder, host }, names, LEASE_MS);
    const isOurs = (file: ChosenFile): boolean => held.has(this.#nameOf(file));
    this.#taken.note(files.filter((file) => !isOurs(file)).map(({ mediaId }) => mediaId));
    await this.#enterHeld(files.filter(isOurs), wanted, at);
    log.debug('files_claimed', { asked: files.length, held: held.size });
  }

  /**
   * What another host has brought by now is given back, and what comes later and has ever been noted. It is asked here, while
   * nobody else can bring it any more.
   */
  async #enterHeld(
    files: readonly ChosenFile[],
    wanted: readonly ChosenFile[],
    heldAt: Moment,
  ): Promise<void> {
    const notedOf = await this.#noted.of(files);
    const isWanted = new Set(wanted.map(({ mediaId }) => mediaId));
    for (const file of files) {
      const noted = notedOf(file);
      this.#enter(file, { isHeld: true, isNew: noted === 'nothing' }).term.begin(heldAt);
      if (noted === 'elsewhere' || (noted === 'something' && !isWanted.has(file.mediaId)))
        this.giveBack(file);
    }
  }

  #enter(file: ChosenFile, claim: Pick<HeldFile, 'isHeld' | 'isNew'>): HeldFile {
    const term = new LeaseTerm(this.#options.clock, LEASE_MS);
    const entry = { name: this.#nameOf(file), file, term, ...claim };
    this.#entries.set(file.mediaId, entry);
    return entry;
  }

  async #begin(): Promise<void> {
    const { store } = this.#options;
    await this.#mark.begin();
    await this.#mark.bury(store);
    await store.writer.keep();
    await sweepClaims(store.db);
    this.#renewing ??= this.#renew();
  }

  async #renew(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await clock.sleep(RENEWAL_MS, signal).catch(() => undefined);
      // What is wrong with the database is met by whoever writes next.
      if (!signal.aborted) await this.#reach.try(() => this.#renewAll()).catch(() => undefined);
    }
  }

  async #renewAll(): Promise<void> {
    const { store } = this.#options;
    const held = [...this.#entries.values()].filter(({ isHeld }) => isHeld);
    if (held.length === 0) return;
    const at = momentOf(this.#options.clock);
    await store.writer.keep();
    const { holder } = this.#mark;
    const still = await renewClaims(
      store.db,
      holder,
      held.map(({ name }) => name),
      LEASE_MS,
    );
    for (const entry of held) {
      if (still.has(entry.name)) entry.term.begin(at);
      else if (this.#entries.get(entry.file.mediaId) === entry) this.#lose(entry);
    }
  }

  #lose({ file, name, ending }: HeldFile): void {
    this.#options.log.info('claim_lost', { claim: name, path: file.planned.path });
    this.#entries.delete(file.mediaId);
    if (!ending) return;
    this.#lost.add(file.mediaId);
    ending.abort(new FileClaimed(file));
  }

  async #drop(names: readonly string[]): Promise<void> {
    const { store } = this.#options;
    const held = new Set([...this.#entries.values()].map(({ name }) => name));
    const dropped = names.filter((name) => !held.has(name));
    await store.writer.keep();
    await dropClaims(store.db, this.#mark.holder, dropped);
  }

  #nameOf({ mediaId }: ChosenFile): string {
    return claimName(this.#options.accountId, mediaId);
  }
}
