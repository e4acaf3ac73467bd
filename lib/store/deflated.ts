import { deflateRawSync } from 'node:zlib';

/**
 * Bytes in the format of raw deflate (RFC 1951), which `inflateRaw` reads. Few bytes are only wrapped, as a stored block:
 * messages of a chat's usual size get hardly smaller, and the compressor's start costs more than all else that is done
 * for them.
 */
export function deflated(bytes: Buffer): Buffer {
  return bytes.length <= WRAPPED ? storedBlock(bytes) : deflateRawSync(bytes);
}

const WRAPPED = 512;

/** One block, the last, of the type "stored": its length and the length's complement come first. */
function storedBlock(bytes: Buffer): Buffer {
  const block = Buffer.allocUnsafe(HEAD + bytes.length);
  block.writeUInt8(1, 0);
  block.writeUInt16LE(bytes.length, 1);
  block.writeUInt16LE(~bytes.length & 0xffff, 3);
  bytes.copy(block, HEAD);
  return block;
}

const HEAD = 5;
