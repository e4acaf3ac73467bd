import { bytesTail, Tl, TlWriter } from './tl.js';

/** A request as it goes onto a connection: its TL in a head and, for an upload, the part's bytes after it. */
export interface Request {
  /** The TL method, for errors: `upload.getFile`. */
  readonly method: string;
  /**
   * The connection reads a part's answer itself, and a part that is sent twice counts once. The answer of any other
   * call is passed on as TL, and the call is sent a second time only if the server has not accepted the first.
   */
  readonly kind: 'part' | 'call';
  readonly head: Buffer;
  /** TL's `bytes` without their head and tail. */
  readonly payload?: Buffer;
  /** How many bytes of the file the request or its answer carries; 0 for a call. */
  readonly size: number;
  /** An answer that takes longer than this is not coming. Milliseconds; default: ten minutes. */
  readonly limitMs?: number;
  /**
   * Asked right before its bytes go to the socket, each time that they do. If it says no, the connection is closed instead,
   * and the request fails as it does with a lost connection. Default: it may go at any time.
   */
  readonly mayGo?: (() => boolean) | undefined;
}

/** Initial information about this client: initConnection's fields. */
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

/** The length in bytes of a request's TL, without an introduction. */
export function lengthOf({ head, payload }: Request): number {
  return head.length + (payload ? payload.length + bytesTail(payload.length) : 0);
}
