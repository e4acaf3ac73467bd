import type { ServerAddress } from '../../lib/base/server-address.js';

/** The requests of an idle run to its client, which is a process of its own, and the answers. */
export interface Orders {
  /** Connects, signs in, and listens to what is pushed. */
  connect: {
    readonly ask: { readonly server: ServerAddress; readonly phone: string; readonly code: string };
    readonly answer: null;
  };
  /** Carries a message's file into another chat, as a clone does. Returns the copy's message id. */
  carry: {
    readonly ask: {
      readonly source: number;
      readonly messageId: number;
      readonly target: number;
      readonly fileId: string;
    };
    readonly answer: number;
  };
  call: { readonly ask: null; readonly answer: null };
  vitals: { readonly ask: { readonly collectGarbage: boolean }; readonly answer: Vitals };
  /** Closes the client; nothing else may keep the process alive. */
  close: { readonly ask: null; readonly answer: null };
}

export interface Vitals {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** What keeps the process alive, by kind (process.getActiveResourcesInfo). */
  readonly resources: Readonly<Record<string, number>>;
  /** User and system time since the process began. */
  readonly cpuSeconds: number;
}

export interface Order {
  readonly id: number;
  readonly name: keyof Orders;
  readonly ask: unknown;
}

export type Report =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string }
  /** The text of a message that was pushed. */
  | { readonly kind: 'push'; readonly text: string }
  /** A line of the log at level warn or error. */
  | { readonly kind: 'log'; readonly line: string }
  /** An unhandled rejection, or a warning of Node's. */
  | { readonly kind: 'trouble'; readonly what: string };
