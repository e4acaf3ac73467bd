import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';

/** The settings that lead to a sandbox, as `telepi sandbox` prints them; its key and data lie in `directory`. */
export async function sandboxEnvironment(
  { server }: Pick<Sandbox, 'server'>,
  app: { readonly apiId: number; readonly apiHash: string },
  directory: string,
): Promise<Record<string, string>> {
  const keyPath = join(directory, 'server.pem');
  await writeFile(keyPath, server.publicKeyPem);
  return {
    TG_SERVER: `${server.host}:${server.port}`,
    TG_SERVER_KEY: keyPath,
    TG_DC: String(server.dcId),
    TG_API_ID: String(app.apiId),
    TG_API_HASH: app.apiHash,
    DATA_DIR: join(directory, 'data'),
    TMPDIR: directory,
  };
}
