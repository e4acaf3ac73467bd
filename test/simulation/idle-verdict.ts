import { formatBytes, MIB } from '../../lib/base/bytes.js';
import type { Vitals } from './idle-orders.js';

/** The course of one cut. In seconds, from the cut, and from the moment it was noticed; undefined: not in time. */
export interface CutOutcome {
  readonly noticedAfter: number | undefined;
  readonly connectedAfter: number | undefined;
  /** How many connections the client and the sandbox had a little later. */
  readonly atClient: number;
  readonly atSandbox: number;
}

/** Observations while a client idled. */
export interface IdleOutcome {
  readonly seconds: number;
  /** In order. `live`: the client had a working connection. */
  readonly posts: readonly { readonly text: string; readonly live: boolean }[];
  readonly heard: readonly string[];
  readonly cuts: readonly CutOutcome[];
  /** At the first measurement, and at the end. */
  readonly first: Vitals;
  readonly last: Vitals;
  /** How many bytes the client sent, and how many connections it made. */
  readonly sentBytes: number;
  readonly connectionsMade: number;
  /** Calls that the sandbox received, by method. */
  readonly requests: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
  readonly warnings: readonly string[];
  readonly troubles: readonly string[];
}

/**
 * A kept connection is pinged every 60 s, has 15 s to answer, and is checked about once a second
 * (lib/mtproto/pulse.ts).
 */
const NOTICED_WITHIN = 80;
/** The first attempt comes after a second. */
const CONNECTED_WITHIN = 10;
const MOST_HEAP_GROWTH = MIB;
const MOST_RSS_GROWTH = 16 * MIB;
/** Bytes: a ping and the acknowledgements of a push and a pong; a connection's first messages. */
const SENT_EACH_MINUTE = 600;
const SENT_EACH_CONNECTION = 2_000;
const MOST_CPU_SHARE = 0.01;

/** One sentence for each thing that is not as it should be. */
export function faultsOf(outcome: IdleOutcome): string[] {
  return [
    ...pushFaults(outcome),
    ...outcome.cuts.flatMap((cut, nth) => cutFaults(cut, nth + 1)),
    ...growth(outcome),
    ...work(outcome),
    ...outcome.troubles.map((what) => `The client had trouble: ${what}`),
    ...outcome.warnings.map((line) => `The client's log has a warning: ${line}`),
  ];
}

function pushFaults({ posts, heard }: IdleOutcome): string[] {
  const missed = posts.filter(({ text, live }) => live && !heard.includes(text)).map(({ text }) => text);
  const ordered = posts.map(({ text }) => text).filter((text) => heard.includes(text));
  return [
    ...(missed.length > 0
      ? [`Pushes did not arrive though the connection was live: ${missed.join(', ')}.`]
      : []),
    ...(ordered.join('\n') === heard.join('\n')
      ? []
      : [`Pushes did not arrive once each and in order: ${heard.join(', ')}.`]),
  ];
}

function cutFaults({ noticedAfter, connectedAfter, atClient, atSandbox }: CutOutcome, nth: number): string[] {
  if (noticedAfter === undefined || noticedAfter > NOTICED_WITHIN) {
    return [
      `Cut ${nth} was ${noticedAfter ? `noticed after ${noticedAfter} s` : 'not noticed'}: it should take ${NOTICED_WITHIN} s at most.`,
    ];
  }
  if (connectedAfter === undefined || connectedAfter > CONNECTED_WITHIN) {
    return [
      `After cut ${nth} the client ${connectedAfter ? `took ${connectedAfter} s to connect` : 'did not connect'} again.`,
    ];
  }
  return [
    ...(atClient === 1 ? [] : [`After cut ${nth} the client holds ${atClient} connections instead of 1.`]),
    ...(atSandbox === 1 ? [] : [`After cut ${nth} the sandbox holds ${atSandbox} connections instead of 1.`]),
  ];
}

function growth({ first, last }: IdleOutcome): string[] {
  const more = (what: string, before: number, after: number, most: number): string[] =>
    after - before <= most
      ? []
      : [
          `${what} grew from ${formatBytes(before)} to ${formatBytes(after)}, which is more than ${formatBytes(most)}.`,
        ];
  const kinds = [...new Set([...Object.keys(first.resources), ...Object.keys(last.resources)])];
  return [
    ...more('The heap', first.heapBytes, last.heapBytes, MOST_HEAP_GROWTH),
    ...more('RSS', first.rssBytes, last.rssBytes, MOST_RSS_GROWTH),
    ...kinds.flatMap((kind) => {
      const [before = 0, after = 0] = [first.resources[kind], last.resources[kind]];
      return after > before ? [`The client has ${after} × ${kind} at the end, and had ${before}.`] : [];
    }),
  ];
}

function work({ seconds, cuts, sentBytes, connectionsMade, requests, cpuSeconds }: IdleOutcome): string[] {
  const mostBytes = Math.ceil(seconds / 60) * SENT_EACH_MINUTE + cuts.length * SENT_EACH_CONNECTION;
  const asked = Object.entries(requests).filter(([, count]) => count > 0);
  const due = cuts.length > 0 ? [['help.GetConfig', cuts.length]] : [];
  return [
    ...(connectionsMade === cuts.length
      ? []
      : [`The client made ${connectionsMade} connections while it idled, instead of one for each cut.`]),
    ...(JSON.stringify(asked) === JSON.stringify(due)
      ? []
      : [`The client made calls of its own: ${JSON.stringify(Object.fromEntries(asked))}.`]),
    ...(sentBytes <= mostBytes
      ? []
      : [`The client sent ${sentBytes} bytes, more than the ${mostBytes} of pings.`]),
    ...(cpuSeconds <= seconds * MOST_CPU_SHARE
      ? []
      : [`The client used ${cpuSeconds.toFixed(1)} s of CPU in ${seconds.toFixed(0)} s of idling.`]),
  ];
}
