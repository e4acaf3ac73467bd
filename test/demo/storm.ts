import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import type { ScriptHandle } from '../../lib/sandbox/weather/script.js';
import type { SandboxWeather } from '../../lib/sandbox/weather/weather.js';

export interface StormReport {
  readonly faults: readonly { readonly name: string; readonly came: boolean }[];
}

const refuse = (code: number, message: string): Fate => ({
  kind: 'refuse',
  error: new RpcError(code, message),
});

/** One fault of each kind that a clone meets sooner or later, at fixed places of the demo's run. */
const FAULTS: readonly { readonly method: string; readonly nth: number; readonly fate: Fate }[] = [
  { method: 'messages.SendMessage', nth: 40, fate: refuse(420, 'FLOOD_WAIT_2') },
  { method: 'messages.SendMessage', nth: 60, fate: { kind: 'drop-after' } },
  { method: 'messages.SendMedia', nth: 20, fate: { kind: 'drop-after' } },
  { method: 'messages.SendMultiMedia', nth: 2, fate: refuse(500, 'INTERNAL') },
  { method: 'upload.GetFile', nth: 100, fate: { kind: 'drop-before' } },
  { method: 'upload.GetFile', nth: 200, fate: refuse(400, 'FILE_REFERENCE_EXPIRED') },
  { method: 'upload.SaveBigFilePart', nth: 30, fate: { kind: 'reset' } },
  { method: 'upload.SaveBigFilePart', nth: 90, fate: { kind: 'drop-after' } },
  { method: 'upload.SaveBigFilePart', nth: 150, fate: refuse(420, 'FLOOD_PREMIUM_WAIT_1') },
];

/** Writes the faults into the weather; the report says which have struck. */
export function roughWeather(weather: SandboxWeather): { report(): StormReport } {
  const handles: [string, ScriptHandle][] = FAULTS.map((fault) => [nameOf(fault), weather.script(fault)]);
  return { report: () => ({ faults: handles.map(([name, { done }]) => ({ name, came: done })) }) };
}

function nameOf({ method, fate }: (typeof FAULTS)[number]): string {
  const what = fate.kind === 'refuse' ? fate.error.message : WORDS[fate.kind];
  return `${what} at ${method}`;
}

const WORDS: Readonly<Record<Exclude<Fate['kind'], 'refuse'>, string>> = {
  pass: 'nothing',
  'drop-before': 'connection dropped before the request was seen',
  'drop-after': 'connection dropped before the answer',
  late: 'answered late',
  reset: 'connection reset',
};
