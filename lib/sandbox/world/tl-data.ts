import type { Entity } from './entity.js';

/**
 * An object of TL as plain data, for parts of messages that the sandbox shows and does nothing with. `_` is the
 * constructor's name in the library; longs are bigints. Four names stand for what depends on the viewer or the message:
 * `peer`, `photo`, `document` and `styled`.
 */
export interface TlData {
  readonly _: string;
  readonly [field: string]: TlValue;
}

export type TlValue =
  | string
  | number
  | bigint
  | boolean
  | Buffer
  | TlData
  | readonly TlValue[]
  | readonly Entity[]
  | undefined;
