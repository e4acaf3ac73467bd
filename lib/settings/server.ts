import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, UsageError } from '../base/errors.js';
import { readRsaPublicKey } from '../base/rsa-public-key.js';
import { badValue } from './parse.js';
import type { RawValue } from './sources.js';
import { SETTINGS } from './table.js';

/** `host:port`, with an IPv6 address in brackets. */
export function parseServer(raw: RawValue): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(raw.text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw badValue(SETTINGS.server, raw, 'host:port with a port from 1 to 65535, such as 127.0.0.1:20443');
  }
  return { host, port };
}

/** The text of a PEM file with a public RSA key: see readRsaPublicKey. */
export function readServerKey(raw: RawValue, workingDirectory: string): string {
  const path = resolve(workingDirectory, raw.text.trim());
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(
      'SERVER_KEY_UNREADABLE',
      `The key file ${path} of ${raw.origin} can't be read (${code}): name the PEM file with the server's public key.`,
      { cause: error },
    );
  }
  try {
    readRsaPublicKey(pem);
  } catch (error) {
    throw new UsageError('BAD_SERVER_KEY', `The file ${path} of ${raw.origin} ${messageOf(error)}.`, {
      cause: error,
    });
  }
  return pem;
}
