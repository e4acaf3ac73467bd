import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';

/** A query inside invokeWithLayer and initConnection, as required for the first of a key. */
export function initialised(query: Buffer, { layer = 229, apiId = 4321, device = 'test' } = {}): Buffer {
  const strings = [device, 'Linux', '1.0', 'en', '', 'en'];
  const init = new TlWriter().uint(Tl.initConnection).uint(0).uint(apiId);
  for (const text of strings) init.string(text);
  return withLayer(init.raw(query).finish(), layer);
}

export function withLayer(query: Buffer, layer = 229): Buffer {
  return new TlWriter().uint(Tl.invokeWithLayer).uint(layer).raw(query).finish();
}

export function withoutUpdates(query: Buffer): Buffer {
  return new TlWriter().uint(Tl.invokeWithoutUpdates).raw(query).finish();
}

export function afterMsgs(query: Buffer, ...msgIds: bigint[]): Buffer {
  const [only] = msgIds;
  return msgIds.length === 1 && only !== undefined
    ? new TlWriter().uint(Tl.invokeAfterMsg).long(only).raw(query).finish()
    : new TlWriter().uint(Tl.invokeAfterMsgs).longs(msgIds).raw(query).finish();
}
