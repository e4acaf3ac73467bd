import type { SandboxServer } from '../../lib/sandbox/server.js';
import { RawClient, type RawClientOptions } from './raw-client.js';

/** Raw clients of a server's first DC, closed together. */
export class RawClients {
  readonly #open: RawClient[] = [];

  async connect(
    { dcs: [dc], spkiPem }: Pick<SandboxServer, 'dcs' | 'spkiPem'>,
    options: RawClientOptions = {},
  ): Promise<RawClient> {
    const client = await RawClient.connect(dc?.port ?? 0, spkiPem, options);
    this.#open.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#open.splice(0)) await client.close();
  }
}
