import { createHash } from 'node:crypto';
import { UsageError } from '../base/errors.js';
import { keyId } from '../mtproto/dialer.js';
import type { DcAddress } from './dc-address.js';

/**
 * The content of a session string: the address of the account's home DC, and the permanent authorization key for it.
 */
export interface SessionContent {
  readonly dcId: number;
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** 256 bytes. A secret: whoever has it is signed in. */
  readonly authKey: Buffer;
}

const VERSION = '1';
const AUTH_KEY_BYTES = 256;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const LONGEST_HOST_BYTES = 100;

/** Writes the format of GramJS and teleproto. The port is unsigned there too, so that ports above 32767 survive. */
export function encodeSession({ dcId, host, port, authKey }: SessionContent): string {
  const address = Buffer.from(host);
  if (address.length > LONGEST_HOST_BYTES) {
    throw new UsageError('BAD_SERVER', `TG_SERVER has a host name of over ${LONGEST_HOST_BYTES} bytes.`);
  }
  const head = Buffer.alloc(3);
  head.writeUInt8(dcId, 0);
  head.writeUInt16BE(address.length, 1);
  const tail = Buffer.alloc(2);
  tail.writeUInt16BE(port);
  return VERSION + Buffer.concat([head, address, tail, authKey]).toString('base64');
}

/** Reads the strings of GramJS, teleproto and Telethon. Throws UsageError, without the text, for any other. */
export function decodeSession(text: string): SessionContent {
  const trimmed = text.trim();
  const payload = trimmed.slice(VERSION.length);
  const data = Buffer.from(payload, payload.includes('-') || payload.includes('_') ? 'base64url' : 'base64');
  if (trimmed[0] !== VERSION || data.length < 1 + IPV4_BYTES + 2 + AUTH_KEY_BYTES) throw badSession();
  const middle = data.subarray(1, -AUTH_KEY_BYTES - 2);
  const content: SessionContent = {
    dcId: data.readUInt8(0),
    host: readHost(middle),
    port: data.readUInt16BE(data.length - AUTH_KEY_BYTES - 2),
    authKey: Buffer.from(data.subarray(-AUTH_KEY_BYTES)),
  };
  if (content.dcId === 0 || content.port === 0) throw badSession();
  return content;
}

/**
 * The auth_key_id of a session string's key, in hex: it names the session, and says nothing of the key. Throws as
 * decodeSession does.
 */
export function keyIdOf(text: string): string {
  return keyId(decodeSession(text).authKey).toString('hex');
}

/**
 * By what a session is known in a database, which others may read: nothing of the key follows from it. `keyId`: see keyIdOf.
 */
export function sessionMark(keyId: string): string {
  return createHash('sha256').update(`telepi session ${keyId}`).digest('hex').slice(0, 32);
}

/** The address of the account's home, and the key for it, while the client runs. */
export class TelepiSession {
  /** Undefined for a new session, until it is known where it begins. */
  home: DcAddress | undefined;
  /** The home's key, 256 bytes. Undefined before it is made, and when the server doesn't know it any more. */
  authKey: Buffer | undefined;

  /** Throws UsageError for a string that can't be read. */
  constructor(text?: string) {
    if (text === undefined) return;
    const { dcId, host, port, authKey } = decodeSession(text);
    this.home = { id: dcId, ipAddress: host, port };
    this.authKey = authKey;
  }

  /** As keyIdOf; undefined before there is a key. */
  get keyId(): string | undefined {
    return this.authKey && keyId(this.authKey).toString('hex');
  }

  /** The string; '' before there is a key. */
  save(): string {
    if (!this.authKey || !this.home) return '';
    const { id, ipAddress, port } = this.home;
    return encodeSession({ dcId: id, host: ipAddress, port, authKey: this.authKey });
  }
}

/** A length and a name; or, as Telethon writes it, the 4 or 16 bytes of an address. */
function readHost(middle: Buffer): string {
  if (middle.readUInt16BE(0) === middle.length - 2) return middle.toString('utf8', 2);
  if (middle.length === IPV4_BYTES) return middle.join('.');
  if (middle.length !== IPV6_BYTES) throw badSession();
  const groups = Array.from({ length: 8 }, (_, index) => middle.readUInt16BE(index * 2).toString(16));
  return groups.join(':');
}

function badSession(): UsageError {
  return new UsageError(
    'BAD_SESSION',
    'The session string (TG_SESSION or the session file) is damaged; run `telepi login` for a new one.',
  );
}
