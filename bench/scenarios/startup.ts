import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { measureRun } from '../clients/measure-run.js';
import { startChild } from '../process/child.js';
import { withinTime } from '../process/within-time.js';
import type { Contender, Row } from './row.js';

const LAUNCHER = fileURLToPath(new URL('../../../bin/telepi', import.meta.url));

/** The cost of starting: the help alone, and a run until the server sees its first request. */
export function startupRow(runs: number): Row {
  return {
    scenario: 'startup',
    variant: '',
    weather: {},
    source: { kind: 'texts', count: 1 },
    contenders: [node, help, firstRequest],
    runs,
  };
}

/** A run of one file, whose requests are shown with their times until the first part goes up. */
export function startupSteps({
  name,
  ...row
}: Pick<Row, 'weather' | 'source' | 'contenders' | 'runs'> & { readonly name: string }): Row {
  return { scenario: 'startup', variant: name, showsSteps: true, ...row };
}

/** The time that Node.js takes for itself, on this machine at this time. */
const node: Contender = { name: 'node --eval 0', ...commandOf(['--eval', '0']) };
const help: Contender = { name: 'telepi --help', ...commandOf([LAUNCHER, '--help']) };

const firstRequest: Contender = {
  name: 'telepi run, to its first request',
  async measure({ facts, session, source, target, around, timeoutMs }) {
    let seconds: number | undefined;
    const watched = {
      begin: around.begin,
      async end() {
        const use = await around.end();
        seconds = use.untilFirstSeconds;
        return use;
      },
    };
    const task = { facts, session, source: source.peer.chatId, target: target.chatId };
    const use = await measureRun(task, { around: watched, timeoutMs });
    if (seconds === undefined) throw new Error('The server saw no request.');
    return { ...use, seconds };
  },
};

function commandOf(args: readonly string[]): Pick<Contender, 'measure' | 'sendsNothing'> {
  return {
    sendsNothing: true,
    async measure({ around, timeoutMs }) {
      await around.begin();
      const beganAt = performance.now();
      const child = startChild({ command: process.execPath, args });
      try {
        child.stdin.end();
        const [status] = await withinTime(timeoutMs, Promise.all([child.ended, text(child.stdout)]));
        const seconds = (performance.now() - beganAt) / 1000;
        await around.end();
        if (status !== 0) throw new Error(`It ended with status ${status}. ${child.complaint()}`);
        return { seconds, cpuSeconds: undefined, peakRssBytes: undefined };
      } finally {
        child.kill();
      }
    },
  };
}
