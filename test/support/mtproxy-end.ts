import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

/** The content of the 64 bytes of a client's header. */
export interface ObfuscatedHeader {
  readonly tag: number;
  readonly dcId: number;
}

/**
 * The proxy's side of an obfuscated stream with a secret: it needs the header, and then accepts and returns plain
 * bytes.
 */
export class ObfuscatedEnd {
  readonly header: ObfuscatedHeader;
  readonly #decipher: ReturnType<typeof createDecipheriv>;
  readonly #cipher: ReturnType<typeof createCipheriv>;

  constructor(header: Buffer, secret: Buffer) {
    const keys = header.subarray(8, 56);
    const back = Buffer.from(keys).reverse();
    const key = (bytes: Buffer): Buffer =>
      createHash('sha256')
        .update(Buffer.concat([bytes.subarray(0, 32), secret]))
        .digest();
    this.#decipher = createDecipheriv('aes-256-ctr', key(keys), keys.subarray(32));
    this.#cipher = createCipheriv('aes-256-ctr', key(back), back.subarray(32));
    const plain = this.#decipher.update(header);
    this.header = { tag: plain.readUInt32LE(56), dcId: plain.readInt16LE(60) };
  }

  open(bytes: Buffer): Buffer {
    return this.#decipher.update(bytes);
  }

  seal(bytes: Buffer): Buffer {
    return this.#cipher.update(bytes);
  }
}

const RANDOM_AT = 11;

/** The Unix time in a hello whose HMAC proves the secret; undefined when it proves another one. */
export function timeInHello(hello: Buffer, secret: Buffer): number | undefined {
  const zeroed = Buffer.from(hello).fill(0, RANDOM_AT, RANDOM_AT + 32);
  const digest = createHmac('sha256', secret).update(zeroed).digest();
  const random = hello.subarray(RANDOM_AT, RANDOM_AT + 32);
  if (!digest.subarray(0, 28).equals(random.subarray(0, 28))) return undefined;
  return digest.readInt32LE(28) ^ random.readInt32LE(28);
}

/** ServerHello, ChangeCipherSpec and a first record, with the HMAC that proves the secret to the sender of `hello`. */
export function serverHello(hello: Buffer, secret: Buffer, dataBytes = 300): Buffer {
  const session = hello.subarray(44, 76);
  const extensions = Buffer.concat([
    Buffer.from('00330024001d0020', 'hex'),
    randomBytes(32),
    Buffer.from('002b00020304', 'hex'),
  ]);
  const body = Buffer.concat([
    Buffer.of(3, 3),
    Buffer.alloc(32),
    Buffer.of(32),
    session,
    Buffer.from('130100', 'hex'),
    uint16(extensions.length),
    extensions,
  ]);
  const handshake = Buffer.concat([Buffer.of(2, 0), uint16(body.length), body]);
  const answer = Buffer.concat([
    record(0x16, handshake),
    record(0x14, Buffer.of(1)),
    record(0x17, randomBytes(dataBytes)),
  ]);
  const ours = hello.subarray(RANDOM_AT, RANDOM_AT + 32);
  createHmac('sha256', secret).update(ours).update(answer).digest().copy(answer, RANDOM_AT);
  return answer;
}

/** One TLS record. */
export function record(kind: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(kind, 3, 3), uint16(content.length), content]);
}

/** The contents of whole records, with their kinds. */
export function recordsIn(bytes: Buffer): { readonly kind: number; readonly content: Buffer }[] {
  const records: { kind: number; content: Buffer }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt16BE(at + 3);
    records.push({ kind: bytes.readUInt8(at), content: bytes.subarray(at + 5, at + 5 + length) });
    at += 5 + length;
  }
  return records;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
