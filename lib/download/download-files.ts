import { PART_SIZE } from '../base/bytes.js';
import { FailedError } from '../base/errors.js';
import { countsOf, RunActions } from './actions.js';
import { bringFile } from './bring-file.js';
import { Chooser, type ChosenFile } from './chosen-file.js';
import { FileClaimed, NO_CLAIMS } from './claims/file-claims.js';
import { HostClaims } from './claims/host-claims.js';
import type { DownloadSummary, PlannedFile } from './events.js';
import type { Work } from './file-rows.js';
import { ForumTopics } from './forum-topics.js';
import { gatheredWriter } from './gathered-writer.js';
import { savedInTime } from './in-time.js';
import { KnownCopies } from './known-copies.js';
import { Lanes } from './lanes.js';
import type { DownloadOptions } from './options.js';
import type { Outcome } from './outcome.js';
import type { Page } from './page.js';
import { PeopleMet } from './people.js';
import { prepareReads } from './prepare-reads.js';
import { isPutAside, PutAside } from './put-aside.js';
import { readAhead } from './read-ahead.js';
import { pagesOf } from './read-pages.js';
import { Report, type RunningReport } from './report.js';
import { PageSaver, readMessages } from './save-page.js';
import { Strangers } from './strangers.js';
import { Turns } from './turns.js';

/** How many files may wait for their turn before reading waits for them. */
const MOST_WAITING = 500;
/** How many files, of which all bytes have come, may wait for the disk and the database before no others begin. */
const MOST_ENDING = 64;
/** Of files of one part, which take one request each, so many are downloaded in place of one. */
const SMALL_AT_ONCE = 4;
/** When the network has failed for this many files in a row, it isn't about the files. */
const MOST_NETWORK_FAILURES = 10;

/**
 * Reads chats, saves every message, and brings the selected files to their place, several at once. The next pages are
 * requested while one is saved and its files go; of a chat of whatever size a few pages and 500 files are held. A file that
 * can't be downloaded is counted and reported, and the others follow.
 * @param wanted which of the selected files to bring; default: all
 * @throws UsageError PROTECTED_CHAT before any work; what stops every file (a full disk, no network, no session, no
 *   database); the signal's reason. By then nothing runs any more, and the log of actions says how it ended.
 */
export async function downloadFiles(
  options: DownloadOptions,
  wanted: (file: PlannedFile) => boolean = () => true,
): Promise<DownloadSummary> {
  const { reads, unread } = await prepareReads(options.client, options);
  const release = await options.place.hold?.(options.signal);
  try {
    return await downloadAll({ ...options, reads, unread }, wanted);
  } finally {
    await release?.();
  }
}

async function downloadAll(
  options: DownloadOptions,
  wanted: (file: PlannedFile) => boolean,
): Promise<DownloadSummary> {
  const report = new Report(options.host, options.onEvent);
  const actions = new RunActions(options);
  await saveAccount(options);
  await actions.begin('scan', 'download');
  try {
    await new Download(options, report, actions, wanted).run();
  } catch (error) {
    await actions.end(countsOf(report.summary)).catch((failure: unknown) => {
      // Often the same as what has ended the run, which is what its user is to know.
      options.log.error('actions_not_noted', { error: failure });
    });
    report.end();
    throw error;
  }
  await actions.complete('download', countsOf(report.summary));
  return report.end();
}

async function saveAccount({ client, accountId, store, signal }: DownloadOptions): Promise<void> {
  const self = await client.self.get(signal);
  const name = [self?.firstName, self?.lastName].filter(Boolean).join(' ');
  const username = self?.username;
  await store.writer.saveAccount({
    accountId,
    isBot: self?.bot === true,
    ...(name !== '' && { name }),
    ...(username && { username }),
  });
}

/** One run: reading fills the lanes, which bring the files. */
class Download {
  readonly #options: DownloadOptions;
  readonly #report: Report;
  readonly #actions: RunActions;
  readonly #wanted: (file: PlannedFile) => boolean;
  readonly #lanes: Lanes;
  readonly #work: Work;
  /** Files that wait for a lane, in their order. */
  readonly #upcoming = new Set<ChosenFile>();
  readonly #aside: PutAside;
  #networkFailures = 0;

  constructor(
    options: DownloadOptions,
    report: Report,
    actions: RunActions,
    wanted: (file: PlannedFile) => boolean,
  ) {
    const sizes = { atOnce: options.parallel, mostWaiting: MOST_WAITING, mostEnding: MOST_ENDING };
    const lanes = new Lanes(sizes, options.signal);
    const { signal } = lanes;
    const { db, writer } = options.store;
    this.#options = { ...options, signal, store: { db, writer: gatheredWriter(writer) } };
    this.#report = report;
    this.#actions = actions;
    this.#wanted = wanted;
    this.#lanes = lanes;
    const copies = new KnownCopies(this.#options);
    const strangers = new Strangers({ ...this.#options, copies });
    const { marks, dedupe } = options;
    // Whoever wants files of its own fetches them, whoever else has them.
    const claims =
      marks && dedupe === 'skip'
        ? new HostClaims({ ...this.#options, marks, upcoming: () => this.#upcoming })
        : NO_CLAIMS;
    this.#work = { ...this.#options, copies, strangers, claims, turns: new Turns() };
    this.#aside = new PutAside(claims, this.#options);
  }

  async run(): Promise<void> {
    try {
      await this.#runAll();
    } finally {
      await this.#work.claims.close();
    }
  }

  async #runAll(): Promise<void> {
    try {
      await this.#scan();
      const { messages, files } = this.#report.summary;
      await this.#actions.complete('scan', { messages, files });
      await this.#bringAside(0);
    } catch (error) {
      await this.#lanes.abort(error);
      throw this.#lanes.signal.reason;
    }
    await this.#lanes.end();
  }

  async #scan(): Promise<void> {
    const options = this.#options;
    const people = new PeopleMet(options.client);
    const topics = new ForumTopics(options);
    const saver = new PageSaver(options, people, topics);
    const chooser = new Chooser(options, topics);
    let chatId: number | undefined;
    for (const chat of options.unread) this.#report.leftOut(chat);
    for await (const page of savedInTime(readAhead(pagesOf(people, options)), saver, options.clock)) {
      const { id, title } = page.chat;
      if (id !== chatId) this.#report.chat(id, title);
      chatId = id;
      if (page.leftOut !== undefined) this.#report.leftOut({ chatId: id, title, why: page.leftOut });
      for (const messageId of page.missing ?? []) this.#report.missing(id, messageId);
      const messages = readMessages(page, options);
      const chosen = await chooser.choose(page, messages);
      const files = chosen.filter(({ planned }) => this.#wanted(planned));
      const isEnough = saver.add(page, messages);
      // A message is saved before its file is brought.
      if (isEnough || files.length > 0 || chooser.isFull) await saver.save();
      await this.#bring(page, files);
      if (chooser.isFull) break;
    }
    this.#report.scanEnded();
  }

  async #bring({ messages }: Page, files: readonly ChosenFile[]): Promise<void> {
    this.#report.scanned(messages.length, files);
    for (const file of files) await this.#add(file);
    if (this.#aside.size >= MOST_WAITING) await this.#bringAside(MOST_WAITING / 2);
  }

  async #add(file: ChosenFile, report = this.#report.fileReport(file.planned)): Promise<void> {
    this.#upcoming.add(file);
    const share = file.planned.size <= PART_SIZE ? 1 / SMALL_AT_ONCE : 1;
    await this.#lanes.add((leaveLane) => this.#bringOne(file, report, leaveLane), share);
  }

  /** Comes back to what other processes were downloading, until no more than `most` of it is left: they may have ended, or died. */
  async #bringAside(most: number): Promise<void> {
    let said = '';
    for (let round = 1; ; round += 1) {
      if (this.#aside.size <= most) {
        if (most === 0) await this.#lanes.idle();
        if (this.#aside.size <= most) return;
      }
      if (round > 1) await this.#aside.pause();
      const { files, hosts } = await this.#aside.ready();
      for (const { file, report } of files) await this.#add(file, report);
      if (files.length > 0 || hosts.join() === said) continue;
      said = hosts.join();
      this.#report.waiting(this.#aside.size, hosts);
    }
  }

  async #bringOne(file: ChosenFile, report: RunningReport, received: () => void): Promise<void> {
    this.#upcoming.delete(file);
    const { claims, turns, log } = this.#work;
    const endTurn = await turns.take(String(file.mediaId), this.#lanes.signal);
    const { messageId, path } = file.planned;
    try {
      if (claims.isTaken(file)) throw new FileClaimed(file);
      const outcome = await bringFile(this.#work, file, { ...report, received });
      report.ended(outcome);
      this.#refuseDeadNetwork(outcome);
    } catch (error) {
      if (!isPutAside(error)) throw error;
      const isClaimed = error instanceof FileClaimed;
      log.info(isClaimed ? 'file_claimed' : 'file_busy', { path, messageId });
      if (!isClaimed || claims.wasLost(file)) report.busy();
      this.#aside.add(file, report, isClaimed);
    } finally {
      claims.giveBack(file);
      endTurn();
    }
  }

  #refuseDeadNetwork(outcome: Outcome): void {
    if (outcome.how !== 'failed') this.#networkFailures = 0;
    else if (outcome.isNetwork) this.#networkFailures += 1;
    if (this.#networkFailures < MOST_NETWORK_FAILURES) return;
    throw new FailedError(
      'NETWORK_FAILED',
      `The network has failed for ${MOST_NETWORK_FAILURES} files in a row: check it and run again. Files that are complete stay, and the others continue where they were.`,
    );
  }
}
