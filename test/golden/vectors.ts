import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/paths.js';

type Hex = string;
type KeyAndIv = { readonly key: Hex; readonly iv: Hex };

/** The run of the key exchange on core.telegram.org/mtproto/samples-auth_key. */
export interface PublishedKeyExchange {
  readonly g: number;
  readonly [field: string]: Hex | number;
}

/** A TL object with Telethon's names: numbers as decimal strings, bytes as `{ hex }`. */
export type PlainTl = string | boolean | { readonly [field: string]: PlainTl } | readonly PlainTl[] | number;

export interface TlVectors {
  readonly layer: number;
  readonly vectors: readonly { readonly name: string; readonly object: PlainTl; readonly bytes: Hex }[];
}

export interface TelethonCrypto {
  readonly ige: readonly { key: Hex; iv: Hex; plain: Hex; cipher: Hex }[];
  readonly keys: readonly {
    authKey: Hex;
    keyId: Hex;
    auxHash: Hex;
    newNonce: Hex;
    newNonceHashes: readonly Hex[];
    msgKey: Hex;
    toServer: KeyAndIv;
    toClient: KeyAndIv;
  }[];
  readonly messages: readonly {
    authKey: Hex;
    salt: string;
    sessionId: string;
    messageId: string;
    sequence: number;
    body: Hex;
    padding: Hex;
    encrypted: Hex;
  }[];
  readonly nonces: readonly ({ serverNonce: Hex; newNonce: Hex } & KeyAndIv)[];
  readonly rsa: {
    publicKeyPem: string;
    fingerprint: Hex;
    data: Hex;
    padding: Hex;
    encrypted: Hex;
    telegram: readonly { modulus: Hex; exponent: number; fingerprint: Hex }[];
  };
  readonly srp: readonly {
    password: string;
    salt1: Hex;
    salt2: Hex;
    g: number;
    p: Hex;
    srpId: string;
    verifier: Hex;
    b: Hex;
    srpB: Hex;
    a: Hex;
    A: Hex;
    M1: Hex;
  }[];
}

export interface GotdCrypto {
  readonly rsaPad: readonly {
    form: string;
    data: Hex;
    encrypted: Hex;
    newNonce: Hex;
    tail: readonly number[];
  }[];
  readonly keysV1: readonly { authKey: Hex; msgKey: Hex; toServer: KeyAndIv; toClient: KeyAndIv }[];
  readonly bind: readonly {
    permanentKey: Hex;
    temporaryKey: Hex;
    messageId: string;
    sessionId: string;
    nonce: string;
    expiresAt: number;
    inner: Hex;
    encrypted: Hex;
  }[];
}

/** Messages with every field of one kind of thing set, and where each value stands: [Telethon's name, value]. */
export interface MessageVectors {
  readonly layer: number;
  readonly vectors: readonly {
    readonly name: string;
    readonly bytes: Hex;
    readonly facts: readonly (readonly [string, string | number])[];
  }[];
}

/** Objects of one layer by their names in layer-objects.json, and the numbers of all constructors that it has. */
export interface LayerVectors {
  readonly source: string;
  readonly layer: number;
  readonly vectors: Readonly<Record<string, Hex>>;
  readonly constructors: string;
}

const text = (name: string): string => readFileSync(join(repositoryRoot, 'test/golden', name), 'utf8');

export const published = JSON.parse(text('published-key-exchange.json')) as PublishedKeyExchange;
export const telethonTl = JSON.parse(text('telethon-tl.json')) as TlVectors;
export const telethon = JSON.parse(text('telethon-crypto.json')) as TelethonCrypto;
export const telethonMessages = JSON.parse(text('telethon-messages.json')) as MessageVectors;
export const gotd = JSON.parse(text('gotd-crypto.json')) as GotdCrypto;
/** The layers below the newest, each with the client that still uses it. */
export const OLDER_LAYERS: readonly number[] = [227, 228];

export function layerVectors(layer: number): LayerVectors {
  const client = layer === 227 ? 'mtcute' : 'kurigram';
  return JSON.parse(text(`${client}-layer-${layer}.json`)) as LayerVectors;
}

/** The private key under which the vectors' RSA was made; it is used nowhere else. */
export const testKeyPem = text('test-key.pem');

/** Bytes of a published value. */
export function publishedBytes(field: string): Buffer {
  const value = published[field];
  if (typeof value !== 'string') throw new Error(`published-key-exchange.json has no ${field}`);
  return fromHex(value);
}

export function fromHex(hex: Hex): Buffer {
  return Buffer.from(hex, 'hex');
}
