import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { Api } from 'telegram';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import { FakeClock } from '../support/fake-clock.js';
import { RawClient, type RawClientOptions } from '../support/raw-client.js';
import { initialised } from '../support/raw-requests.js';
import type { RawFraming } from '../support/raw-wire.js';
import { RawWire } from '../support/raw-wire.js';
import { startSmallServer } from '../support/small-server.js';

const ping = new TlWriter().uint(Tl.ping).long(1n).finish();
const bytes = Buffer.alloc(512 * 1024, 'file');
const getFile = initialised(
  new Api.upload.GetFile({
    location: new Api.InputPhotoFileLocation({
      id: 1 as never,
      accessHash: 1 as never,
      fileReference: Buffer.alloc(0),
      thumbSize: 'x',
    }),
    offset: 0 as never,
    limit: 1024,
  }).getBytes(),
);
const methods = {
  'upload.GetFile': () => new Api.upload.File({ type: new Api.storage.FileJpeg(), mtime: 1, bytes }),
  'upload.SaveBigFilePart': ({ bytes: part }: Api.upload.SaveBigFilePart) => part.equals(bytes),
};

describe('the transports', () => {
  let server: SandboxServer;
  let port = 0;
  const clients: RawClient[] = [];

  before(async () => {
    server = await startSmallServer(methods);
    port = server.dcs[0]?.port ?? 0;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });
  after(() => server.close());

  async function connect(
    options: RawClientOptions = {},
    to = port,
    pem = server.spkiPem,
  ): Promise<RawClient> {
    const client = await RawClient.connect(to, pem, options);
    clients.push(client);
    return client;
  }

  const all: [RawFraming, boolean][] = [
    ['abridged', false],
    ['abridged', true],
    ['intermediate', false],
    ['intermediate', true],
    ['padded', false],
    ['padded', true],
    ['full', false],
  ];
  for (const [framing, obfuscated] of all) {
    test(`${obfuscated ? 'obfuscated ' : ''}${framing} carries a key exchange, and small and large messages both ways`, async () => {
      const client = await connect({ framing, obfuscated });
      for (let i = 0; i < 20; i++) {
        const msgId = client.request(ping);
        assert.equal((await client.expect(Tl.pong)).long(), msgId);
      }
      const file = await client.result(client.request(getFile));
      file.raw(12);
      assert.ok(file.string().equals(bytes));
      const part = new Api.upload.SaveBigFilePart({
        fileId: 1 as never,
        filePart: 0,
        fileTotalParts: 1,
        bytes,
      });
      assert.equal((await client.result(client.request(part.getBytes()))).uint(), 0x997275b5);
    });
  }

  for (const framing of ['abridged', 'intermediate', 'padded'] as const) {
    test(`${framing} sends a quick acknowledgement: the start of the message key's hash`, async () => {
      const client = await connect({ framing });
      const packet = client.seal(ping, { seqno: 1 });
      client.wire.send(packet, true);
      const token = await client.wire.receiveRaw(4);
      const value = framing === 'abridged' ? token.readUInt32BE(0) : token.readUInt32LE(0);
      assert.equal(value, (client.lastKeyHash.readUInt32LE(0) | 0x80000000) >>> 0);
    });
  }

  test('full ends the connection at a wrong CRC32 or a missing packet', async () => {
    for (const spoil of ['CRC32', 'sequence']) {
      const client = await connect({ framing: 'full' });
      if (spoil === 'sequence') client.wire.frame(Buffer.alloc(8));
      const packet = client.wire.frame(client.seal(ping, { seqno: 1 }));
      if (spoil === 'CRC32') packet.writeUInt8(packet.readUInt8(packet.length - 1) ^ 1, packet.length - 1);
      client.wire.sendRaw(packet);
      assert.equal(await client.receive(), undefined, spoil);
    }
  });

  test('refuse HTTP', async () => {
    const wire = await RawWire.open(port, 'full');
    wire.sendRaw(Buffer.from('POST /api HTTP/1.1\r\n\r\n'));
    assert.equal(await wire.receive(), undefined);
  });

  test('obey the weather on a slow and narrow link: bytes take their time in both directions', async () => {
    const clock = new FakeClock({ epochMs: Date.now(), impatient: true });
    const weather = { fate: () => ({ kind: 'pass' as const }), latencyMs: 40, bytesPerSecond: 100_000 };
    const slow = await startSmallServer(methods, { clock, weather });
    try {
      const client = await connect({ framing: 'abridged' }, slow.dcs[0]?.port, slow.spkiPem);
      await client.result(client.request(initialised(new TlWriter().uint(0xc4f9186b).finish())));
      const begun = clock.monotonic();
      const file = await client.result(client.request(getFile));
      file.raw(12);
      assert.equal(
        createHash('sha1').update(file.string()).digest('hex'),
        createHash('sha1').update(bytes).digest('hex'),
      );
      const took = clock.monotonic() - begun;
      const least = 40 + 40 + (bytes.length / 100_000) * 1000;
      assert.ok(took >= least && took < least + 200, `${took} ms of the clock, not ${least}`);
    } finally {
      await slow.close();
    }
  });
});
