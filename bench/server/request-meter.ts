import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { ServerUse } from './messages.js';

/** Measures what the sandbox does between `begin` and `end`. */
export interface RequestMeter {
  begin(): void;
  end(): ServerUse;
}

/** Sees every request on its way to the weather, which sees them all and in order. */
export function requestMeter(sandbox: Sandbox): RequestMeter {
  const { weather } = sandbox;
  const fate = weather.fate.bind(weather);
  const firstAt = new Map<string, number>();
  const lastAt = new Map<string, number>();
  weather.fate = (method, request, caller) => {
    const now = performance.now();
    if (!firstAt.has(method)) firstAt.set(method, now);
    lastAt.set(method, now);
    return fate(method, request, caller);
  };
  let cpu = process.cpuUsage();
  let beganAt = performance.now();
  let requests: Readonly<Record<string, number>> = {};
  let connections = 0;
  return {
    begin() {
      firstAt.clear();
      lastAt.clear();
      ({ requests } = weather.report());
      connections = sandbox.report().connections.accepted;
      beganAt = performance.now();
      cpu = process.cpuUsage();
    },
    end() {
      const { user, system } = process.cpuUsage(cpu);
      const first = firstAt.get('upload.GetFile');
      const last = Math.max(0, ...PART_METHODS.map((method) => lastAt.get(method) ?? 0));
      const firstOfAll = Math.min(...firstAt.values());
      return {
        cpuSeconds: (user + system) / 1e6,
        firstToLastSeconds: first === undefined ? 0 : Math.max(0, last - first) / 1000,
        untilFirstSeconds: firstAt.size === 0 ? undefined : (firstOfAll - beganAt) / 1000,
        requests: difference(weather.report().requests, requests),
        firstRequests: Object.fromEntries([...firstAt].map(([name, at]) => [name, (at - beganAt) / 1000])),
        connections: sandbox.report().connections.accepted - connections,
      };
    },
  };
}

const PART_METHODS = ['upload.GetFile', 'upload.SaveFilePart', 'upload.SaveBigFilePart'] as const;

function difference(
  now: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Record<string, number> {
  const grown = Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, count]) => count > 0));
}
