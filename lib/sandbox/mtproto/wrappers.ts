import { isServedLayer } from '../layers/older-lines.js';
import { RpcError } from '../rpc.js';
import { endOfTl, parseRequest, type TlObject } from '../tl.js';
import { Tl } from './constructors.js';
import { isGzipPacked, unpackGzip } from './gzip.js';
import { TlReader } from './tl-bytes.js';

/** A request without its wrappers, and the information in them. */
export interface Unwrapped {
  readonly request: TlObject;
  /** From invokeWithLayer. */
  readonly layer: number | undefined;
  /** Whether initConnection was among them. */
  readonly initialises: boolean;
  readonly withoutUpdates: boolean;
  /** Messages whose requests must have succeeded first: invokeAfterMsg, invokeAfterMsgs. */
  readonly after: readonly bigint[];
}

const MAX_DEPTH = 8;

/** Removes invokeWith…, invokeAfter… and initConnection from a request, also when gzip_packed at any depth. */
export function unwrap(body: Buffer): Unwrapped {
  const said = {
    layer: undefined as number | undefined,
    initialises: false,
    withoutUpdates: false,
    after: [] as bigint[],
  };
  let query = body;
  try {
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      if (isGzipPacked(query)) query = unpackGzip(query);
      const inner = takeOff(new TlReader(query), said);
      if (inner === undefined) return { request: parseRequest(query), ...said };
      query = query.subarray(inner);
    }
  } catch (error) {
    if (error instanceof RangeError) throw new RpcError(400, 'INPUT_FETCH_ERROR');
    throw error;
  }
  throw new RpcError(400, 'INPUT_REQUEST_TOO_LONG');
}

/** Refuses a client of a layer that the sandbox doesn't serve. */
export class LayerRefused extends RpcError {
  readonly layer: number;

  constructor(layer: number) {
    super(400, 'CONNECTION_LAYER_INVALID');
    this.layer = layer;
  }
}

interface Said {
  layer: number | undefined;
  initialises: boolean;
  withoutUpdates: boolean;
  after: bigint[];
}

/** Where the wrapped query begins; undefined when this is not a wrapper. */
function takeOff(reader: TlReader, said: Said): number | undefined {
  switch (reader.uint()) {
    case Tl.invokeWithLayer:
      said.layer = reader.int();
      // Checked before the rest is read: a layer that isn't served may have unknown constructors.
      if (!isServedLayer(said.layer)) throw new LayerRefused(said.layer);
      return reader.offset;
    case Tl.initConnection:
      said.initialises = true;
      return endOfInitConnection(reader);
    case Tl.invokeWithoutUpdates:
      said.withoutUpdates = true;
      return reader.offset;
    case Tl.invokeAfterMsg:
      said.after.push(reader.long());
      return reader.offset;
    case Tl.invokeAfterMsgs:
      said.after.push(...reader.longs());
      return reader.offset;
    case Tl.invokeWithTakeout:
      reader.long();
      return reader.offset;
    case Tl.invokeWithMessagesRange:
      return endOfTl(reader.bytes, reader.offset);
    default:
      return undefined;
  }
}

/**
 * initConnection: flags, api_id, six strings, proxy if bit 0, params if bit 1, query. Refuses as Telegram does:
 * CONNECTION_API_ID_INVALID, CONNECTION_DEVICE_MODEL_EMPTY and the like.
 */
function endOfInitConnection(reader: TlReader): number {
  const flags = reader.uint();
  if (reader.int() <= 0) throw new RpcError(400, 'CONNECTION_API_ID_INVALID');
  for (const name of ['DEVICE_MODEL', 'SYSTEM', 'APP_VERSION']) {
    if (reader.string().length === 0) throw new RpcError(400, `CONNECTION_${name}_EMPTY`);
  }
  for (let strings = 0; strings < 3; strings++) reader.string();
  let end = reader.offset;
  if (flags & 1) end = endOfTl(reader.bytes, end);
  if (flags & 2) end = endOfTl(reader.bytes, end);
  return end;
}
