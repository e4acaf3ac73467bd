import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Filled } from '../../lib/sandbox/fill.js';
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
    ...connectionSettings(server, app, keyPath),
    DATA_DIR: join(directory, 'data'),
    TMPDIR: directory,
  };
}

/** The settings that lead to a sandbox, without an account. */
export function connectionSettings(
  server: Sandbox['server'],
  app: { readonly apiId: number; readonly apiHash: string },
  keyPath: string,
): Record<string, string> {
  return {
    TG_SERVER: `${server.host}:${server.port}`,
    TG_SERVER_KEY: keyPath,
    TG_DC: String(server.dcId),
    TG_API_ID: String(app.apiId),
    TG_API_HASH: app.apiHash,
  };
}

/** The settings with which `telepi login` asks for nothing. */
export function loginSettings({ phone, code, password }: Filled): Record<string, string> {
  return { TG_PHONE: phone, TG_CODE: code, TG_PASSWORD: password };
}
