import { TypeNotFoundError } from 'telegram/errors/index.js';
import { returnBigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { LayerReader } from './layers/layers.js';
import { Tl } from './mtproto/constructors.js';
import { bytesTail, TlWriter } from './mtproto/tl-bytes.js';
import { RpcError } from './rpc.js';

/** A 64-bit number as the library's TL objects hold it. */
export type Long = ReturnType<typeof returnBigInt>;

/** What the library's TL classes have in common. */
export interface TlObject {
  readonly className: string;
  readonly classType: 'request' | 'constructor';
  readonly CONSTRUCTOR_ID: number;
  getBytes(): Buffer;
}

/** A native 64-bit number as a field of a TL object. */
export function toLong(value: bigint | number): Long {
  return returnBigInt(value.toString());
}

/** A 64-bit field of a TL object as a native, signed number. */
export function fromLong(value: Long | bigint | number): bigint {
  return BigInt.asIntN(64, BigInt(value.toString()));
}

/**
 * Reads the TL request that `bytes` consists of, of any layer that is served. Refuses as Telegram does:
 * INPUT_METHOD_INVALID_n for an unknown or non-request constructor n, INPUT_CONSTRUCTOR_INVALID_n for one in its
 * fields, INPUT_FETCH_ERROR for a request that ends early, INPUT_REQUEST_TOO_LONG for one with bytes left over.
 */
export function parseRequest(bytes: Buffer): TlObject {
  const { value, end } = readTl(bytes, 0);
  if (value?.classType !== 'request') {
    throw new RpcError(400, `INPUT_METHOD_INVALID_${bytes.readUInt32LE(0)}`);
  }
  if (end !== bytes.length) throw new RpcError(400, 'INPUT_REQUEST_TOO_LONG');
  return value;
}

/** The end of the TL object that begins at `offset`. Refuses as {@link parseRequest} does. */
export function endOfTl(bytes: Buffer, offset: number): number {
  return readTl(bytes, offset).end;
}

function readTl(bytes: Buffer, offset: number): { value: TlObject | undefined; end: number } {
  const reader = new LayerReader(bytes);
  reader.setPosition(offset);
  try {
    const value: unknown = reader.tgReadObject();
    const isObject = typeof value === 'object' && value !== null && 'getBytes' in value;
    return { value: isObject ? (value as TlObject) : undefined, end: reader.tellPosition() };
  } catch (error) {
    if (!(error instanceof TypeNotFoundError)) throw new RpcError(400, 'INPUT_FETCH_ERROR');
    const id = error.invalidConstructorId;
    const outermost = bytes.length - error.remaining.length === offset;
    throw new RpcError(400, `INPUT_${outermost ? 'METHOD' : 'CONSTRUCTOR'}_INVALID_${id}`);
  }
}

/**
 * A method's answer as TL: an object, a boolean, or an array for a Vector, in which numbers are ints, and
 * bigints or the library's longs are longs. The pieces belong together in order; a file's bytes are not copied.
 */
export function serialise(result: unknown): Buffer[] {
  if (typeof result === 'boolean') return [uint32(result ? Tl.boolTrue : Tl.boolFalse)];
  if (Array.isArray(result)) return [uint32(Tl.vector), uint32(result.length), ...result.map(serialiseItem)];
  if (result instanceof Api.upload.File) return serialiseFile(result);
  if (isTlObject(result)) return [result.getBytes()];
  throw new TypeError(`A method answered with ${typeof result}, which TL has no bytes for`);
}

/** Whether `result` is an answer of file bytes, which no compression makes smaller. */
export function isFileBytes(result: unknown): boolean {
  return result instanceof Api.upload.File;
}

function serialiseItem(item: unknown): Buffer {
  if (typeof item === 'number') return uint32(item >>> 0);
  if (typeof item === 'boolean') return uint32(item ? Tl.boolTrue : Tl.boolFalse);
  if (isTlObject(item)) return item.getBytes();
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(fromLong(item as Long | bigint));
  return bytes;
}

/** upload.file with its bytes as a separate piece: the library would copy half a megabyte three times. */
function serialiseFile(file: InstanceType<typeof Api.upload.File>): Buffer[] {
  const { length } = file.bytes;
  const head = new TlWriter()
    .uint(Api.upload.File.CONSTRUCTOR_ID)
    .raw(file.type.getBytes())
    .uint(file.mtime)
    .bytesHead(length);
  return [head.finish(), file.bytes, bytesTail(length)];
}

function isTlObject(value: unknown): value is TlObject {
  return typeof value === 'object' && value !== null && 'getBytes' in value;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
