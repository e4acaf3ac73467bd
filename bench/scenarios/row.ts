import type { WeatherOptions } from '../../lib/sandbox/weather/options.js';
import type { Around, ClientUse } from '../clients/measure-driver.js';
import type { ConnectFacts, PeerFacts, SourceFacts, SourceSpec } from '../server/messages.js';

/** One thing to measure: what is carried, how far away the server is, and by which clients. */
export interface Row {
  /** file, files, photos, texts, … */
  readonly scenario: string;
  /** Its particular conditions: `2 GiB, 40 ms`. Unique in its scenario. */
  readonly variant: string;
  readonly weather: Partial<WeatherOptions>;
  readonly source: SourceSpec;
  /** Measured in turn, round by round, so that changes of the machine's mood hit all of them. */
  readonly contenders: readonly Contender[];
  readonly runs: number;
  /** Whether the source's files are downloaded into a folder, instead of carried over. */
  readonly downloads?: boolean;
  /** Whether the source's history is read, and nothing is carried over. */
  readonly reads?: boolean;
  /** Whether its start-up is shown step by step. */
  readonly showsSteps?: boolean;
}

/** The name of `telepi run` of another checkout (--before). */
export const BEFORE = 'telepi run before';

/** A client that can be measured. */
export interface Contender {
  /** `telepi`, or a rival's name. */
  readonly name: string;
  /** How many bytes it may hold for files, if it has a limit. */
  readonly budgetBytes?: number;
  /** It carries nothing, and the target stays empty. */
  readonly sendsNothing?: boolean;
  measure(work: Work): Promise<ClientUse>;
  /** Called once, after its last run in a row. */
  close?(): Promise<void>;
}

export interface Work {
  readonly facts: ConnectFacts;
  readonly session: string;
  readonly source: SourceFacts;
  readonly target: PeerFacts;
  readonly around: Around;
  readonly timeoutMs: number;
  /** For a row of downloads: where to, empty. */
  readonly folder?: string;
  readonly reads?: boolean;
}

/** One run of one contender, as measured. */
export interface Sample {
  readonly scenario: string;
  readonly variant: string;
  readonly client: string;
  /** From 1; the runs of one round belong together. */
  readonly round: number;
  readonly bytes: number;
  readonly messages: number;
  /** The weather's latency, both ways. */
  readonly roundTripMs: number;
  readonly budgetBytes?: number | undefined;
  /** Whether the server received what it gave out, and if not, why; everything below counts only if it did. */
  readonly ok: boolean;
  readonly reason?: string | undefined;
  readonly seconds: number;
  readonly wholeSeconds?: number | undefined;
  readonly cpuSeconds?: number | undefined;
  readonly peakRssBytes?: number | undefined;
  readonly heldBytes?: number | undefined;
  readonly loopDelay?: { readonly p99: number; readonly max: number } | undefined;
  readonly serverCpuSeconds: number;
  readonly firstToLastSeconds: number;
  readonly untilFirstSeconds?: number | undefined;
  readonly requests: number;
  /** Seconds from the start to the first request of each method, where a row shows its steps. */
  readonly firstRequests?: Readonly<Record<string, number>>;
  readonly connections: number;
}
