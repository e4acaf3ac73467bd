import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

/** A real web server over TLS, on loopback; returns its port. */
export async function startWebServer(
  t: { after(end: () => unknown): void },
  folder: string,
): Promise<number> {
  const [key, cert] = ['web-key.pem', 'web-cert.pem'].map((name) => join(folder, name));
  const subject = ['-subj', '/CN=www.example.org', '-days', '2'];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key ?? '',
    '-out',
    cert ?? '',
    ...subject,
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  const server = createServer(
    { key: readFileSync(key ?? ''), cert: readFileSync(cert ?? '') },
    (_, response) => response.end('a web server'),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}
