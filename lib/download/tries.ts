import { messageOf } from '../base/errors.js';
import type { ChosenFile } from './chosen-file.js';
import { noteFailure, type Work } from './file-rows.js';
import { judge } from './judge.js';
import { type FileReport, failedBy, type Outcome } from './outcome.js';
import { isPutAside } from './put-aside.js';

/** How often the network may fail before a file counts as failed, and how long to wait in between. */
const MOST_TRIES = 3;
const RETRY_MS = 2_000;

/**
 * Does all that brings a file, in three tries when the network fails, on the way from Telegram or to the place. Each that has
 * failed is a row of the log.
 * @throws FileBusy and FileClaimed while another process downloads it; what would stop every other file, too.
 */
export async function inTries(
  work: Work,
  file: ChosenFile,
  report: FileReport,
  once: (startedAt: number) => Promise<Outcome>,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const startedAt = work.clock.now();
    try {
      return await once(startedAt);
    } catch (error) {
      work.signal.throwIfAborted();
      if (isPutAside(error)) throw error;
      const verdict = judge(error);
      const words = messageOf(error);
      const isLast = verdict !== 'again' || attempt === MOST_TRIES;
      await noteFailure(work, file, { status: isLast ? 'failed' : 'retry', startedAt, error: words });
      if (verdict === 'run') throw error;
      if (isLast) return failedBy(error, verdict === 'again');
      report.retry({ attempt, of: MOST_TRIES, error: words, waitMs: RETRY_MS });
      await work.clock.sleep(RETRY_MS, work.signal);
    }
  }
}
