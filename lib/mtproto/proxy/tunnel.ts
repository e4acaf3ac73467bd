import type { Framing } from '../framing.js';

/** Wraps MTProto's bytes between here and a proxy, in both directions, once there is a way through. */
export interface Tunnel {
  /** How packets lie in the plain bytes. The tunnel announces it, so nothing else need be sent first. */
  readonly framing: Framing;
  /** Returns bytes for the wire that stand for these, which are left unchanged. */
  wrap(bytes: readonly Buffer[]): Buffer[];
  /** Passes on the plain bytes of what came from the wire, in order; each piece is overwritten after its call. */
  unwrap(bytes: Buffer, onPlain: (plain: Buffer) => void): void;
}
