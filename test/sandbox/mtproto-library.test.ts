import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api } from 'telegram';
import { ConnectionTCPAbridged } from 'telegram/network/connection/TCPAbridged.js';
import { ConnectionTCPFull } from 'telegram/network/connection/TCPFull.js';
import { ConnectionTCPObfuscated } from 'telegram/network/connection/TCPObfuscated.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import { libraryClient } from '../support/library-client.js';
import { startSmallServer } from '../support/small-server.js';

const transports = { ConnectionTCPFull, ConnectionTCPAbridged, ConnectionTCPObfuscated };

describe('the plain library against the protocol server', () => {
  let server: SandboxServer;

  before(async () => {
    server = await startSmallServer();
  });
  after(() => server.close());

  for (const [name, connection] of Object.entries(transports)) {
    test(`connects and asks over ${name}`, async () => {
      const [dc] = server.dcs;
      assert.ok(dc);
      const { publicKeyPem } = server;
      const client = libraryClient({
        ...dc,
        dcId: dc.id,
        publicKeyPem,
        connection: connection as never,
        loud: !!process.env['LOUD'],
      });
      await client.connect();
      try {
        const config = await client.invoke(new Api.help.GetConfig());
        assert.equal(config.thisDc, 1);
        assert.equal(config.dcOptions[0]?.port, dc.port);
      } finally {
        await client.destroy();
      }
    });
  }
});
