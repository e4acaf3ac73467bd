import { createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import type { Random } from '../../base/random.js';

export interface ClientHelloOptions {
  /** The proxy's 16 bytes. */
  readonly secret: Buffer;
  /** The name that the hello asks for, at most 182 bytes long. */
  readonly domain: string;
  /** Seconds since 1970. A proxy accepts only hellos that are at most a few minutes old. */
  readonly unixTime: number;
  readonly random: Random;
}

/** Where the 32 bytes of `random` stand in the record of a client's or server's hello. */
export const RANDOM_AT = 11;
export const RANDOM_BYTES = 32;

/** Proxies of every age accept a hello of this length; older ones accept no other. */
const RECORD_BYTES = 517;
const EXTENSION_HEAD_BYTES = 4;

/**
 * A TLS record with a ClientHello (RFC 8446, section 4.1.2) like a browser's, whose `random` proves the secret: it is
 * the HMAC-SHA256 of the record with zeros in its place, with the last four bytes XORed with the time, as in TDLib's
 * TlsInit.
 */
export function clientHello({ secret, domain, unixTime, random }: ClientHelloOptions): Buffer {
  const grease = greaseFrom(random);
  const body = Buffer.concat([
    Buffer.of(3, 3),
    Buffer.alloc(RANDOM_BYTES),
    vector(1, random.bytes(32)),
    vector(2, grease(0), hex('130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035')),
    vector(1, Buffer.of(0)),
  ]);
  const extensions = extensionsOf(domain, grease, random);
  const padding = RECORD_BYTES - 5 - 4 - body.length - 2 - extensions.length - EXTENSION_HEAD_BYTES;
  const padded = vector(2, extensions, extension(0x15, Buffer.alloc(padding)));
  const record = Buffer.concat([Buffer.of(0x16, 3, 1), vector(2, Buffer.of(1), vector(3, body, padded))]);
  const digest = createHmac('sha256', secret).update(record).digest();
  digest.writeInt32LE(digest.readInt32LE(28) ^ unixTime, 28);
  digest.copy(record, RANDOM_AT);
  return record;
}

function extensionsOf(domain: string, grease: (index: number) => Buffer, random: Random): Buffer {
  return Buffer.concat([
    extension(grease(2).readUInt16BE(0)),
    extension(0x00, vector(2, Buffer.of(0), vector(2, Buffer.from(domain, 'latin1')))),
    extension(0x17),
    extension(0xff01, Buffer.of(0)),
    extension(0x0a, vector(2, grease(4), hex('001d00170018'))),
    extension(0x0b, vector(1, Buffer.of(0))),
    extension(0x23),
    extension(0x10, vector(2, vector(1, Buffer.from('h2')), vector(1, Buffer.from('http/1.1')))),
    extension(0x05, hex('0100000000')),
    extension(0x0d, vector(2, hex('04030804040105030805050108060601'))),
    extension(0x12),
    extension(0x33, vector(2, grease(4), vector(2, Buffer.of(0)), hex('001d'), vector(2, publicKey(random)))),
    extension(0x2d, vector(1, Buffer.of(1))),
    extension(0x2b, vector(1, grease(6), hex('03040303'))),
    extension(0x1b, vector(1, hex('0002'))),
    extension(0x4469, vector(2, vector(1, Buffer.from('h2')))),
    extension(grease(3).readUInt16BE(0), Buffer.of(0)),
  ]);
}

function extension(kind: number, content: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(kind);
  return Buffer.concat([head, vector(2, content)]);
}

/** A length in this many bytes, and the content that it counts. */
function vector(lengthBytes: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(content.length, 0, lengthBytes);
  return Buffer.concat([length, content]);
}

/** Values that stand for nothing (RFC 8701): 0x0a0a, 0x1a1a … Neighbours, which may stand in one list, differ. */
function greaseFrom(random: Random): (index: number) => Buffer {
  const values = [...random.bytes(7)].map((byte) => (byte & 0xf0) | 0x0a);
  for (let index = 1; index < values.length; index += 2) {
    if (values[index] === values[index - 1]) values[index] = (values[index] ?? 0) ^ 0x10;
  }
  return (index) => Buffer.alloc(2, values[index]);
}

/** PKCS #8 of an X25519 key, up to its 32 bytes: RFC 8410. */
const PRIVATE_KEY_HEAD = '302e020100300506032b656e04220420';

/** A real point of the curve: any other value would expose a fake hello. */
function publicKey(random: Random): Buffer {
  const der = Buffer.concat([hex(PRIVATE_KEY_HEAD), random.bytes(32)]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
