import { Api } from 'telegram/tl/index.js';
import type { Clock } from '../../base/clock.js';
import type { Caller } from '../../telegram/caller.js';
import type { Chat } from '../../telegram/chat.js';
import { readHistory } from '../../telegram/history.js';
import { Comparison, isImported } from './comparison.js';
import type { HistoryLine } from './history-text.js';
import type { ImportClock } from './import-clock.js';

export interface ArrivalScene {
  readonly client: Caller;
  readonly target: Chat;
  readonly clock: Clock;
  /** By which the lines were written. */
  readonly wallClock: ImportClock;
  readonly signal: AbortSignal;
}

/** Telegram takes minutes over an import: how often to look, and how long nothing need come. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
const QUIET_MS = 10 * 60_000;

/**
 * Reads the messages of an import as they come into the chat, after the message `afterId`, and compares them. Ends when all are there, or when none
 * has come for ten minutes: Telegram may have dropped the last ones.
 */
export async function awaitArrival(
  scene: ArrivalScene,
  lines: readonly HistoryLine[],
  afterId: number,
  onComing: (arrived: number) => void,
): Promise<Comparison> {
  const { clock, wallClock, signal } = scene;
  const comparison = new Comparison(lines, wallClock);
  let last = afterId;
  let quietSince = clock.monotonic();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const before = comparison.arrived;
    for await (const message of importedAfter(scene, last)) {
      last = message.id;
      comparison.take(message);
      if (comparison.isComplete) return comparison;
    }
    if (comparison.arrived > before) {
      quietSince = clock.monotonic();
      pause = FIRST_PAUSE_MS;
    }
    if (clock.monotonic() - quietSince >= QUIET_MS) return comparison;
    onComing(comparison.arrived);
    await clock.sleep(pause, signal);
  }
}

/** How many messages of an import show that it is there: a single one may be another import's. */
const SHOWING = 2;

/** Whether messages of the import are in the chat, whatever their dates. Looks so many times. */
export async function hasArrived(
  scene: ArrivalScene,
  lines: readonly HistoryLine[],
  afterId: number,
  looks: number,
): Promise<boolean> {
  const { clock, wallClock, signal } = scene;
  const wanted = Math.min(SHOWING, lines.length);
  for (let look = 1; ; look += 1) {
    const comparison = new Comparison(lines, wallClock);
    for await (const message of importedAfter(scene, afterId)) {
      comparison.take(message);
      if (comparison.arrived >= wanted) return true;
    }
    if (look >= looks) return false;
    await clock.sleep(LONGEST_PAUSE_MS, signal);
  }
}

async function* importedAfter(
  { client, target, signal }: ArrivalScene,
  afterId: number,
): AsyncGenerator<Api.Message> {
  for await (const message of readHistory(client, target, { afterId }, signal)) {
    if (message instanceof Api.Message && isImported(message)) yield message;
  }
}
