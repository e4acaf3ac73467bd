import type { Clock } from '../../lib/base/clock.js';

/**
 * Puts the whole program on a clock, because the client library asks Date and makes message ids of it. Returns a
 * function that restores Node's own Date.
 */
export function installDate(clock: () => Pick<Clock, 'now'>): () => void {
  const RealDate = globalThis.Date;
  class MachineDate extends RealDate {
    constructor(...values: readonly unknown[]) {
      if (values.length === 0) super(MachineDate.now());
      else super(...(values as [number]));
    }

    static override now(): number {
      return Math.floor(clock().now());
    }
  }
  globalThis.Date = MachineDate as DateConstructor;
  return () => {
    globalThis.Date = RealDate;
  };
}
