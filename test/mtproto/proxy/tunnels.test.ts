import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../../lib/base/clock.js';
import type { MtProxy } from '../../../lib/base/proxy-address.js';
import { seededRandom, systemRandom } from '../../../lib/base/random.js';
import { FRAME_HEAD_BYTES, type Framing } from '../../../lib/mtproto/framing.js';
import { PacketReader } from '../../../lib/mtproto/packet-reader.js';
import { PartBuffers } from '../../../lib/mtproto/parts/buffers.js';
import { routeThrough } from '../../../lib/mtproto/proxy/route.js';
import type { Tunnel } from '../../../lib/mtproto/proxy/tunnel.js';
import { Transport } from '../../../lib/sandbox/wire/transport.js';
import { ObfuscatedEnd, record, recordsIn } from '../../support/mtproxy-end.js';

const secret = Buffer.from('ffeeddccbbaa99887766554433221100', 'hex');
const COVERS = ['none', 'padding', 'tls'] as const;
type Cover = MtProxy['cover'];

function tunnelOf(cover: Cover, { dcId = 2, testDc = false, random = systemRandom } = {}): Tunnel {
  const address: MtProxy = {
    kind: 'mtproxy',
    host: 'proxy',
    port: 443,
    secret,
    cover,
    domain: 'example.org',
  };
  const { tunnel } = routeThrough(
    { address, testDc, clock: systemClock, random },
    { host: '', port: 0, dcId },
  );
  assert.ok(tunnel);
  return tunnel;
}

/** An encrypted message to look at: a key's id that isn't zero, and whole blocks behind 24 bytes. */
function message(blocks: number): Buffer {
  const packet = randomBytes(24 + 16 * blocks);
  packet.writeUInt8(1, 0);
  return packet;
}

function framed(framing: Framing, packet: Buffer): Buffer[] {
  const frame = Buffer.concat([Buffer.alloc(FRAME_HEAD_BYTES), packet]);
  const { from, tail } = framing.frame(frame);
  return tail ? [frame.subarray(from), tail] : [frame.subarray(from)];
}

/** The far end of a tunnel: accepts what the tunnel sends, as a proxy and the DC behind it would. */
class FarEnd {
  readonly packets: Buffer[] = [];
  readonly records: { readonly kind: number; readonly length: number }[] = [];
  readonly #cover: Cover;
  /** A DC that learns the transport in the open. */
  readonly #transport = new Transport(systemRandom);
  end: ObfuscatedEnd | undefined;

  constructor(cover: Cover) {
    this.#cover = cover;
  }

  take(pieces: readonly Buffer[]): void {
    const bytes = Buffer.concat(pieces);
    const plain = this.#cover === 'tls' ? this.#unpack(bytes) : bytes;
    if (this.end) this.#transport.push(this.end.open(plain));
    else {
      this.end = new ObfuscatedEnd(plain.subarray(0, 64), secret);
      const { tag } = this.end.header;
      this.#transport.push(tag === 0xefefefef ? Buffer.of(0xef) : Buffer.alloc(4, tag & 0xff));
      this.#transport.push(this.end.open(plain.subarray(64)));
    }
    for (let next = this.#transport.read(); next; next = this.#transport.read()) {
      const padding = next.padded ? (next.payload.length - 24) % 16 : 0;
      this.packets.push(Buffer.from(next.payload.subarray(0, next.payload.length - padding)));
    }
  }

  /** The DC's answer, sealed by the proxy; in records of odd sizes when there is TLS around it. */
  send(packet: Buffer, recordBytes: number): Buffer {
    assert.ok(this.end);
    const sealed = this.end.seal(Buffer.concat(this.#transport.write([packet])));
    if (this.#cover !== 'tls') return sealed;
    const records: Buffer[] = [record(0x14, Buffer.of(1))];
    for (let at = 0; at < sealed.length; at += recordBytes)
      records.push(record(0x17, sealed.subarray(at, at + recordBytes)));
    return Buffer.concat(records);
  }

  #unpack(bytes: Buffer): Buffer {
    const records = recordsIn(bytes);
    this.records.push(...records.map(({ kind, content }) => ({ kind, length: content.length })));
    return Buffer.concat(records.filter(({ kind }) => kind === 0x17).map(({ content }) => content));
  }
}

for (const cover of COVERS) {
  test(`with cover ${cover} the header names transport and DC, and packets of any size arrive`, () => {
    const tunnel = tunnelOf(cover, { dcId: 4 });
    const far = new FarEnd(cover);
    const packets = [message(2), message(180), message(32_768), message(3)];
    for (const packet of packets) far.take(tunnel.wrap(framed(tunnel.framing, packet)));
    assert.deepEqual(far.packets, packets);
    assert.deepEqual(far.end?.header, { tag: cover === 'none' ? 0xefefefef : 0xdddddddd, dcId: 4 });
    if (cover !== 'tls') return;
    assert.deepEqual(far.records.map(({ kind }) => kind).indexOf(0x14), 0, 'ChangeCipherSpec comes first');
    assert.equal(far.records.filter(({ kind }) => kind === 0x14).length, 1);
    assert.ok((far.records[1]?.length ?? 0) > 64, 'the header and the first packet are in one record');
    assert.ok(far.records.every(({ length }) => length <= 2878));
  });

  test(`with cover ${cover} incoming bytes are read wherever they are split, each packet whole and in its own memory`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4000 }),
        (blocks, cuts, recordBytes) => {
          const tunnel = tunnelOf(cover);
          const far = new FarEnd(cover);
          far.take(tunnel.wrap(framed(tunnel.framing, message(2))));
          const sent = blocks.map((count) => message(count));
          const wire = Buffer.concat(sent.map((packet) => far.send(packet, recordBytes)));
          const got: Buffer[] = [];
          const reader = new PacketReader({
            framing: tunnel.framing,
            buffers: new PartBuffers(),
            mostPacketBytes: undefined,
            onPacket: (packet, kept) => got.push(kept ? packet : Buffer.from(packet)),
          });
          for (let at = 0, turn = 0; at < wire.length; turn += 1) {
            const cut = cuts[turn % cuts.length] ?? 1;
            tunnel.unwrap(wire.subarray(at, at + cut), (plain) => reader.push(plain));
            at += cut;
          }
          assert.deepEqual(got, sent);
        },
      ),
      { numRuns: 60 },
    );
  });

  test(`cover ${cover} matches its specification byte by byte`, () => {
    const tunnel = tunnelOf(cover);
    const far = new FarEnd(cover);
    far.take(tunnel.wrap(framed(tunnel.framing, message(2))));
    const packet = message(9);
    const got: Buffer[] = [];
    const reader = new PacketReader({
      framing: tunnel.framing,
      buffers: new PartBuffers(),
      mostPacketBytes: undefined,
      onPacket: (each) => got.push(Buffer.from(each)),
    });
    for (const byte of far.send(packet, 50)) tunnel.unwrap(Buffer.of(byte), (plain) => reader.push(plain));
    assert.deepEqual(got, [packet]);
  });
}

test('a test DC is asked for by its id and 10,000', () => {
  const far = new FarEnd('none');
  const tunnel = tunnelOf('none', { dcId: 3, testDc: true });
  far.take(tunnel.wrap(framed(tunnel.framing, message(2))));
  assert.equal(far.end?.header.dcId, 10_003);
});

test('a header never begins like another protocol', () => {
  const taken = [
    'ef',
    '48454144',
    '504f5354',
    '47455420',
    '4f505449',
    'dddddddd',
    'eeeeeeee',
    '16030102',
    `aabbccdd00000000`,
  ];
  const real = seededRandom('headers');
  let drawn = 0;
  const random = {
    ...real,
    bytes(count: number): Buffer {
      const bytes = real.bytes(count);
      if (count === 64) Buffer.from(taken[drawn++] ?? '', 'hex').copy(bytes);
      return bytes;
    },
  };
  const tunnel = tunnelOf('none', { random });
  const [header] = tunnel.wrap([Buffer.of(1)]);
  assert.equal(drawn, taken.length + 1);
  assert.equal(header?.length, 64);
});

test('padding is removed from a message, from one without a key, and from an error; impossible lengths are refused', () => {
  const { framing } = tunnelOf('padding');
  const plain = Buffer.alloc(20 + 40);
  plain.writeUInt32LE(40, 16);
  plain.fill(7, 20);
  const failure = Buffer.alloc(4);
  failure.writeInt32LE(-404);
  for (let padding = 0; padding < 16; padding += 1) {
    for (const packet of [message(1), message(64), plain, failure]) {
      const padded = Buffer.concat([packet, randomBytes(padding)]);
      assert.deepEqual(framing.bare(padded), packet, `${packet.length} bytes and ${padding}`);
    }
  }
  for (const length of [0, 3, 2 ** 21, 2 ** 31, 2 ** 32 - 1]) {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(length);
    assert.throws(() => framing.head(head, 0, 8), /can't have/);
  }
  const sizes = new Set(Array.from({ length: 400 }, () => framed(framing, message(1))[1]?.length ?? 0));
  assert.deepEqual(
    [...sizes].sort((a, b) => a - b),
    Array.from({ length: 16 }, (_, index) => index),
  );
});

test('records of another kind than data end the connection', () => {
  const tunnel = tunnelOf('tls');
  assert.throws(() => tunnel.unwrap(record(0x15, Buffer.of(2, 0)), () => {}), /TLS record of kind 21/);
  assert.throws(
    () => tunnelOf('tls').unwrap(Buffer.from('HTTP/1.1 200 OK'), () => {}),
    /TLS record of kind 72/,
  );
});
