import type { Framing } from '../framing.js';

/** What MTProto's bytes are wrapped in between here and a proxy, in both directions, once there is a way through. */
export interface Tunnel {
  /** How packets lie in the plain bytes. The tunnel announces it: nothing else need be said first. */
  readonly framing: Framing;
  /** Bytes for the wire in place of these, which are left as they are. */
  wrap(bytes: readonly Buffer[]): Buffer[];
  /** Hands on the plain bytes in what came from the wire, in their order; each piece is gone after its call. */
  unwrap(bytes: Buffer, onPlain: (plain: Buffer) => void): void;
}
