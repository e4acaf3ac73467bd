import stringify from 'fast-json-stable-stringify';
import { linkAbort } from '../base/abort.js';
import { verifyByLedger } from './by-ledger.js';
import { verifyByOrder } from './by-order.js';
import { DocumentReader } from './documents.js';
import type { FileScene } from './files.js';
import { readSampled } from './files-phase.js';
import type { Finding } from './findings.js';
import { Journal, type JournalHead } from './journal.js';
import { MisplacedCheck } from './misplaced.js';
import type { VerifyOptions } from './options.js';
import { PairCheck } from './pair-check.js';
import { type Counters, VerifyRecord } from './record.js';
import { phaseOf, type VerifyScene } from './scene.js';

/** What a verification found. */
export interface VerifyReport extends Counters {
  /** Whether copies were found by the ledger's ids; otherwise by order and content. */
  readonly byLedger: boolean;
  /** The first findings, at most `MOST_LISTED`; the journal has all of them. */
  readonly findings: readonly Finding[];
  /** How many differences there are, of all kinds. */
  readonly total: number;
  readonly seed: string;
  readonly journalPath: string;
  /** Whether it continued what an earlier process had begun. */
  readonly continued: boolean;
  /** How long this process took. */
  readonly seconds: number;
}

interface Head extends JournalHead {
  readonly seed: string;
  readonly sourceUpTo: number;
  readonly targetUpTo: number;
}

/**
 * Compares two chats, message by message and file by file, and writes nothing to either. A verification that was killed
 * continues where it was, as long as it is asked for in the same words and no run has changed the job since; messages
 * that come while it runs are left alone.
 *
 * Throws errors that concern the whole verification: no network, not signed in, a full disk, a chat that can't be read.
 */
export async function runVerify(given: VerifyOptions): Promise<VerifyReport> {
  // Any number of files may be under way, each with its listener.
  const life = linkAbort(given.signal);
  try {
    return await verifyAll({ ...given, signal: life.signal });
  } finally {
    life.release();
  }
}

async function verifyAll(options: VerifyOptions): Promise<VerifyReport> {
  const { client, self, signal, copies, onEvent, clock } = options;
  const began = clock.monotonic();
  const misplaced = new MisplacedCheck();
  const record = new VerifyRecord(
    (finding) => onEvent({ kind: 'difference', finding }),
    (runs) => misplaced.replay(runs),
  );
  const source = new DocumentReader(client, options.source, self, signal);
  const target = new DocumentReader(client, options.target, self, signal);
  const { journal, head, continues } = await Journal.open<Head>(
    options.journalPath,
    keyOf(options),
    (line) => record.replay(line),
    async () => ({
      key: keyOf(options),
      seed: options.seed ?? options.newSeed(),
      sourceUpTo: await source.newestId(),
      targetUpTo: await target.newestId(),
    }),
  );
  try {
    record.writeTo(journal);
    const { seed, sourceUpTo, targetUpTo } = head;
    const onBytes = (bytes: number): void => {
      record.add('bytes', bytes);
      onEvent({ kind: 'read', bytes });
    };
    const files: FileScene = { client, budget: options.budget, onBytes, source, target };
    const pairs = new PairCheck({ ...options, files, record, misplaced, seed }, record.sampledBefore);
    const scene: VerifyScene = { ...options, source, target, sourceUpTo, targetUpTo, record, pairs };
    onEvent({ kind: 'plan', total: await totalOf(scene, copies !== undefined), continues });
    await (copies ? verifyByLedger(scene, copies) : verifyByOrder(scene));
    await readSampled(scene, files);
    await journal.save({ line: 'end' });
    return {
      ...record.counters,
      byLedger: copies !== undefined,
      findings: record.findings,
      total: Object.values(record.counters.differences).reduce((sum, each) => sum + each, 0),
      seed,
      journalPath: journal.path,
      continued: continues,
      seconds: (clock.monotonic() - began) / 1000,
    };
  } finally {
    await journal.close();
  }
}

/** Verifications may continue one another when they read the same with the same options, by the same ledger. */
function keyOf({ self, source, target, copies, sample, seed, selection = '' }: VerifyOptions): string {
  return stringify({
    self,
    source: [source.chat.id, source.topic ?? null],
    target: [target.chat.id, target.topic ?? null],
    ledger: copies ? [copies.jobId, copies.lastRunAt] : null,
    sample: sample ?? null,
    seed: seed ?? null,
    selection,
  });
}

/** How many messages are ahead in both chats, as far as Telegram says. */
async function totalOf(
  { source, target, record }: VerifyScene,
  byLedger: boolean,
): Promise<number | undefined> {
  const { phase, after } = phaseOf(record);
  const sourceAfter = phase === 'source' || phase === 'pairs' ? after : undefined;
  const ahead = await source.count(sourceAfter ?? source.start);
  if (!byLedger || (phase !== undefined && phase !== 'target')) return ahead;
  const strangers = await target.count(phase === 'target' ? (after ?? target.start) : target.start);
  return ahead === undefined || strangers === undefined ? undefined : ahead + strangers;
}
