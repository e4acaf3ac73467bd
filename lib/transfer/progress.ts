import type { Clock } from '../base/clock.js';
import type { ByteLease } from '../pace/byte-budget.js';
import type { TransferOptions, TransferProgress } from './options.js';

/** The time over which the speed is averaged. */
const SPEED_WINDOW_MS = 5_000;

export interface ProgressMeter {
  /** Notes that a part of `bytes` bytes has arrived. */
  arrived(bytes: number): void;
  /** Notes that a slot has taken a part; `slotsBusy` are sending now. */
  taken(slotsBusy: number): void;
  /** Notes that a part of `bytes` bytes has been acknowledged; `slotsBusy` are sending now. */
  sent(bytes: number, slotsBusy: number): void;
}

/** Counts a transfer's steps and calls `onProgress` after each. */
export function progressMeter(
  { name, size, clock, onProgress }: Pick<TransferOptions, 'name' | 'size' | 'clock' | 'onProgress'>,
  { lease, bytesBefore }: { readonly lease: ByteLease; readonly bytesBefore: number },
): ProgressMeter {
  const speed = speedometer(clock);
  let bytesDown = bytesBefore;
  let bytesUp = bytesBefore;
  let partsInFlight = 0;
  const report = (): void => {
    const progress: TransferProgress = {
      name,
      size,
      bytesBefore,
      bytesDown,
      bytesUp,
      partsInFlight,
      heldBytes: lease.heldBytes,
      bytesPerSecond: speed.bytesPerSecond(),
    };
    onProgress?.(progress);
  };
  return {
    arrived(bytes) {
      bytesDown += bytes;
      report();
    },
    taken(slotsBusy) {
      partsInFlight = slotsBusy;
      report();
    },
    sent(bytes, slotsBusy) {
      bytesUp += bytes;
      partsInFlight = slotsBusy;
      speed.add(bytes);
      report();
    },
  };
}

interface Speedometer {
  add(bytes: number): void;
  bytesPerSecond(): number;
}

/** A sliding average of the bytes added within the last SPEED_WINDOW_MS, or since the start if that is more recent. */
function speedometer(clock: Clock): Speedometer {
  const begunAt = clock.monotonic();
  const samples: { readonly at: number; readonly bytes: number }[] = [];
  let sum = 0;
  const forget = (now: number): void => {
    for (let first = samples[0]; first && now - first.at > SPEED_WINDOW_MS; first = samples[0]) {
      samples.shift();
      sum -= first.bytes;
    }
  };
  return {
    add(bytes) {
      const now = clock.monotonic();
      forget(now);
      samples.push({ at: now, bytes });
      sum += bytes;
    },
    bytesPerSecond() {
      const now = clock.monotonic();
      forget(now);
      const ms = Math.min(now - begunAt, SPEED_WINDOW_MS);
      return ms > 0 ? (sum * 1000) / ms : 0;
    },
  };
}
