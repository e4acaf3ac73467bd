import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The own time of one function, over all threads. */
export interface FunctionTime {
  /** Its name and where it is: `decrypt lib/crypto/ige.js:12`. */
  readonly name: string;
  readonly seconds: number;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds between samples. */
  readonly timeDeltas: readonly number[];
}

/** Waiting is not work. */
const IDLE = '(idle)';

/** The functions of every `.cpuprofile` in a folder by their own time, longest first. */
export function readProfiles(folder: string): FunctionTime[] {
  const times = new Map<string, number>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    addProfile(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile, times);
  }
  times.delete(IDLE);
  return [...times]
    .map(([name, microseconds]) => ({ name, seconds: microseconds / 1e6 }))
    .sort((one, other) => other.seconds - one.seconds);
}

function addProfile({ nodes, samples, timeDeltas }: CpuProfile, times: Map<string, number>): void {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  for (const [nth, id] of samples.entries()) {
    const name = names.get(id) ?? IDLE;
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[nth] ?? 0));
  }
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || 'anonymous';
  if (url === '') return name;
  const path = url.replace(/^.*\/(?=(?:dist|node_modules)\/)/, '').replace(/^dist\//, '');
  return `${name} ${path}:${lineNumber + 1}`;
}
