import type { ServerAddress } from '../../lib/base/server-address.js';
import type { WeatherOptions } from '../../lib/sandbox/weather/options.js';

/** A channel as a client in any language refers to it: TL inputPeerChannel, 64 bits in decimal. */
export interface PeerFacts {
  /** With its -100 before it. */
  readonly chatId: number;
  readonly channelId: string;
  readonly accessHash: string;
}

/** How a client reaches its server. */
export interface ConnectFacts {
  readonly apiId: number;
  readonly apiHash: string;
  /** Default: Telegram's own, or its test servers. */
  readonly server?: ServerAddress;
  readonly testDc?: boolean;
}

/** How to reach the sandbox, and how to sign in. */
export interface ServerFacts extends ConnectFacts {
  readonly server: ServerAddress;
  readonly phone: string;
  readonly code: string;
}

/** The content of a source chat, oldest message first. */
export type SourceSpec =
  /** Documents of these sizes in bytes, each with a caption. */
  | { readonly kind: 'files'; readonly sizes: readonly number[]; readonly dcs: 'home' | 'all' }
  /** Photos of this many bytes each. */
  | { readonly kind: 'photos'; readonly count: number; readonly bytes: number }
  | { readonly kind: 'texts'; readonly count: number }
  /** Of all kinds that a busy group has, as many as wanted: nobody holds them. */
  | { readonly kind: 'long'; readonly count: number };

export interface SourceFacts {
  readonly peer: PeerFacts;
  /** None of a long chat. */
  readonly messageIds: readonly number[];
  readonly messages: number;
  /** Bytes of all files; 0 for a long chat. */
  readonly bytes: number;
}

/** The server's observations between `begin` and `end`. */
export interface ServerUse {
  /** User and system time of the sandbox's process. */
  readonly cpuSeconds: number;
  /** From the first upload.getFile to the last upload.save*Part, as they came; 0 without files. */
  readonly firstToLastSeconds: number;
  /** From `begin` to the first request of all. */
  readonly untilFirstSeconds: number | undefined;
  readonly requests: Readonly<Record<string, number>>;
  /** Seconds from `begin` to the first request of each method, in the order in which they came. */
  readonly firstRequests: Readonly<Record<string, number>>;
  readonly connections: number;
}

export interface CheckOutcome {
  readonly ok: boolean;
  readonly reason?: string;
}

/** The questions that the sandbox's process answers; one at a time. */
export interface ServerCalls {
  weather(changes: Partial<WeatherOptions>): void;
  source(spec: SourceSpec): SourceFacts;
  /** A new empty channel. */
  target(): PeerFacts;
  begin(): void;
  end(): ServerUse;
  /** The files of a chat, oldest message first, each as its size in bytes and its SHA-256. */
  files(chatId: number): readonly string[];
  /** Whether the target holds the source's messages in order: same texts, and files of the same SHA-256. */
  check(pair: { readonly source: number; readonly target: number }): CheckOutcome;
}

export interface ServerRequest {
  readonly id: number;
  readonly name: keyof ServerCalls;
  readonly argument: unknown;
}

export type ServerReply =
  | { readonly ready: ServerFacts }
  | { readonly id: number; readonly value?: unknown; readonly error?: string };
