import type { Weather } from '../../lib/sandbox/rpc.js';

/** No faults, no latency, no limit. */
export const calmWeather: Weather = {
  fate: () => ({ kind: 'pass' }),
  latencyMs: 0,
  bytesPerSecond: undefined,
};
