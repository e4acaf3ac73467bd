import type { SendPacer } from '../pace/send-pacer.js';

/** What spaces a run's messages out. */
export type Interval = Pick<SendPacer, 'waitMs' | 'intervalMs' | 'setFloor' | 'turn' | 'answered'>;
