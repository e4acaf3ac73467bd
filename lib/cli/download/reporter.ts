import { formatBytes } from '../../base/bytes.js';
import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { terminalOf } from '../progress/choose.js';
import { FileSteps } from '../progress/file-steps.js';
import type { Reporter } from '../progress/reporter.js';
import { WaitLines } from '../progress/wait-lines.js';
import { count, formatRate } from '../progress/words.js';
import { DownloadTally, type ShownEvent } from './tally.js';
import { downloadWords, numberOf, stateFields, type Whereabouts } from './words.js';

export interface DownloadReporterOptions extends Whereabouts {
  readonly clock: Clock;
  readonly bufferBytes: number;
  /** The variable TERM. */
  readonly terminalName: string | undefined;
}

/** JSON lines with --json, bars on a terminal that can move its cursor, plain lines elsewhere. */
export async function downloadReporter(
  output: Output,
  options: DownloadReporterOptions,
): Promise<Reporter<ShownEvent>> {
  if (output.json) return jsonReporter(output, options);
  const terminal = terminalOf(output, options.terminalName);
  if (!terminal) return lineReporter(output, options);
  const [{ drawnReporter }, { frameOf, machineFields, overallLines, waitLines }] = await Promise.all([
    import('../progress/drawn-reporter.js'),
    import('../progress/frame.js'),
  ]);
  const { clock, bufferBytes } = options;
  const tally = new DownloadTally(clock);
  return drawnReporter<ShownEvent>(output, terminal, clock, {
    take: (event) => tally.take(event),
    lineOf: (event) => downloadWords(event, tally, options),
    frame({ columns, rows }, usage) {
      const state = tally.read();
      const now = clock.now();
      const share = state.complete && state.bytes > 0 ? state.doneBytes / state.bytes : undefined;
      const machine = machineFields(state.heldBytes, bufferBytes, usage);
      const run = overallLines(stateFields(state, now), share, machine, columns);
      return frameOf({
        files: state.transfers,
        run,
        wait: waitLines(state.wait, now, columns),
        columns,
        rows,
      });
    },
  });
}

const STEP_PERCENT = 25;
/** While a history is read, a line comes no more often than this. */
const SCAN_STEP_MS = 10_000;

/**
 * Plain lines, without a terminal: 0, 25, 50, 75 and 100 % of each file, each failure, repetition and wait, and each file that is
 * skipped because it lies elsewhere.
 */
function lineReporter(output: Output, options: DownloadReporterOptions): Reporter<ShownEvent> {
  const { clock } = options;
  const tally = new DownloadTally(clock);
  const steps = new FileSteps(STEP_PERCENT);
  const scans = new ScanSteps(clock);
  const waits = new WaitLines();
  const lineOf = (event: ShownEvent): string | undefined => {
    switch (event.kind) {
      case 'scanned':
        return scans.isDue(event.complete)
          ? `${count(event.messages, 'message')} read, ${count(event.files, 'file')} with ${formatBytes(event.bytes)} found${event.complete ? '' : ' so far'}`
          : undefined;
      case 'started': {
        const { name, size } = event.planned;
        // What an earlier run had left is said here.
        steps.next({ ...stepsOf(event.file), size, bytesUp: event.bytesBefore });
        const percent = size === 0 ? 0 : Math.floor((event.bytesBefore / size) * 100);
        return `${numberOf(event.file)} ${percent} % of ${formatBytes(size)}, ${name}`;
      }
      case 'progress': {
        const { name, size, bytesUp, bytesPerSecond } = event.progress;
        const percent = steps.next({ ...stepsOf(event.file), size, bytesUp });
        return percent === undefined || percent >= 100
          ? undefined
          : `${numberOf(event.file)} ${percent} % of ${formatBytes(size)}, ${formatRate(bytesPerSecond)}, ${name}`;
      }
      case 'wait':
        return waits.next(event, clock.now());
      default:
        return downloadWords(event, tally, options);
    }
  };
  return {
    show(event) {
      const line = lineOf(event);
      forgetEnded(steps, event);
      tally.take(event);
      if (line !== undefined) output.line(line);
    },
    close: async () => {},
  };
}

/** One JSON object per line: each event, but of a file's progress each 25 % and, while its bytes grow, each minute, and of what is read every ten seconds. */
function jsonReporter(output: Output, { clock }: DownloadReporterOptions): Reporter<ShownEvent> {
  const steps = new FileSteps(STEP_PERCENT, clock);
  const scans = new ScanSteps(clock);
  return {
    show(event) {
      if (event.kind === 'scanned' && !scans.isDue(event.complete)) return;
      if (event.kind === 'progress') {
        const { name, size, bytesUp, bytesBefore, bytesPerSecond } = event.progress;
        if (steps.next({ ...stepsOf(event.file), size, bytesUp }) === undefined) return;
        const rate = Math.round(bytesPerSecond);
        output.record({
          event: 'progress',
          file: event.file,
          name,
          size,
          bytes: bytesUp,
          bytesBefore,
          bytesPerSecond: rate,
        });
        return;
      }
      forgetEnded(steps, event);
      // The summary says it.
      if (event.kind === 'end') return;
      const { kind, ...fields } = event;
      output.record({ event: kind, ...fields });
    },
    close: async () => {},
  };
}

/** A file's number is enough to know it by. */
function stepsOf(file: number): { readonly sourceId: number; readonly name: string } {
  return { sourceId: file, name: '' };
}

function forgetEnded(steps: FileSteps, event: ShownEvent): void {
  if (event.kind !== 'done' && event.kind !== 'failed' && event.kind !== 'skipped') return;
  if (event.file !== undefined) steps.ended(stepsOf(event.file));
}

class ScanSteps {
  readonly #clock: Clock;
  #saidAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#saidAt = clock.monotonic();
  }

  isDue(complete: boolean): boolean {
    const now = this.#clock.monotonic();
    if (!complete && now - this.#saidAt < SCAN_STEP_MS) return false;
    this.#saidAt = now;
    return true;
  }
}
