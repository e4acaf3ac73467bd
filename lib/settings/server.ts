import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../base/errors.js';
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

/**
 * The text of a PEM file with a public RSA key. MTProto encrypts 256 bytes with it (RSA_PAD), so it has 2048 bits.
 */
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
  if (pem.includes('PRIVATE KEY')) {
    throw badKey(path, raw, 'holds a private key; TelePi needs the public one only');
  }
  const key = parseKey(pem, path, raw);
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType !== 'rsa' || bits !== 2048) {
    const found = key.asymmetricKeyType === 'rsa' ? `an RSA key of ${bits} bits` : `${key.asymmetricKeyType}`;
    throw badKey(path, raw, `holds ${found}; MTProto needs a public RSA key of 2048 bits`);
  }
  return pem;
}

function parseKey(pem: string, path: string, raw: RawValue): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    const found = 'holds no public key in PEM form (BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY)';
    throw badKey(path, raw, found, error);
  }
}

function badKey(path: string, raw: RawValue, found: string, cause?: unknown): UsageError {
  return new UsageError('BAD_SERVER_KEY', `The file ${path} of ${raw.origin} ${found}.`, { cause });
}
