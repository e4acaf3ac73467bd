import type { NotedImport } from '../../store/tables/history-imports.js';
import { newestMessages } from '../../telegram/history.js';
import { startImport } from '../../telegram/history-import.js';
import { hasArrived } from './arrival.js';
import { isForgotten } from './bring-part.js';
import { importInDoubt } from './import-errors.js';
import type { ImportRun } from './import-run.js';
import type { ImportPart } from './parts.js';

/** How often the chat is looked at, half a minute apart, before an import counts as in doubt. */
const LOOKS = 6;

/**
 * Starts a part once. That it is about to be started, and after which message of the chat, is noted before. Where an answer was lost, or
 * an earlier process ended in between, the chat is looked at first; then the call is repeated, which Telegram does not do twice.
 */
export async function startPart(run: ImportRun, part: ImportPart, begun: NotedImport): Promise<NotedImport> {
  const { client, target, journal, signal } = run;
  const wasTried = begun.state === 'starting';
  const starting: NotedImport = wasTried
    ? begun
    : { ...begun, state: 'starting', afterId: (await newestMessages(client, target, 1, signal))[0]?.id ?? 0 };
  await journal.note(starting, begun, part.ranges);
  if (!(wasTried && (await isThere(run, part, starting)))) {
    try {
      await startImport(client, target, starting.importId, signal);
    } catch (error) {
      if (!isForgotten(error)) throw error;
      if (!(await isThere(run, part, starting, LOOKS))) throw importInDoubt(part.number);
    }
  }
  const started: NotedImport = { ...starting, state: 'started' };
  await journal.note(started, starting);
  run.onEvent({ kind: 'started', part: part.number });
  return started;
}

/** Whether messages of a part that may have been started are in the chat. Looks so many times. */
export function isThere(
  run: ImportRun,
  { lines }: ImportPart,
  { afterId = 0 }: NotedImport,
  looks = 1,
): Promise<boolean> {
  return hasArrived(run, lines, afterId, looks);
}
