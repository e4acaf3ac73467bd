import { bytesTail, Tl, TlWriter } from './tl.js';

/** A request as it goes onto a connection: its TL in a head and, for an upload, the part's bytes behind it. */
export interface Request {
  /** The TL method, for errors: `upload.getFile`. */
  readonly method: string;
  /**
   * A part's answer is read by the connection, and a part that is sent twice counts once. Any other call's answer is
   * handed out as its TL, and the call is sent a second time only when the server has not taken the first.
   */
  readonly kind: 'part' | 'call';
  readonly head: Buffer;
  /** TL's `bytes` without their head and tail. */
  readonly payload?: Buffer;
  /** Bytes of the file that the request or its answer carries; 0 for a call. */
  readonly size: number;
  /** An answer that takes longer is not coming. Milliseconds; default: ten minutes. */
  readonly limitMs?: number;
}

/** Who presents itself: initConnection's fields. */
export interface ClientIdentity {
  readonly layer: number;
  readonly apiId: number;
  readonly deviceModel: string;
  readonly systemVersion: string;
  readonly appVersion: string;
  readonly systemLangCode: string;
  readonly langPack: string;
  readonly langCode: string;
}

/** The wrapper of a connection's first request: invokeWithLayer and initConnection. */
export function introduction(identity: ClientIdentity): Buffer {
  return new TlWriter()
    .uint(Tl.invokeWithLayer)
    .uint(identity.layer)
    .uint(Tl.initConnection)
    .uint(0)
    .uint(identity.apiId)
    .string(identity.deviceModel)
    .string(identity.systemVersion)
    .string(identity.appVersion)
    .string(identity.systemLangCode)
    .string(identity.langPack)
    .string(identity.langCode)
    .finish();
}

/** Bytes of a request's TL, without an introduction. */
export function lengthOf({ head, payload }: Request): number {
  return head.length + (payload ? payload.length + bytesTail(payload.length) : 0);
}
