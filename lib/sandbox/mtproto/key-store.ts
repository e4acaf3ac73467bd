import { sha1 } from '../hashes.js';
import { isServedLayer } from '../layers/older-lines.js';
import type { AuthKey } from '../rpc.js';

/** An authorization key of one DC, as the protocol sees it. */
export interface StoredKey {
  readonly id: bigint;
  readonly key: Buffer;
  /** The first salt: new_nonce xor server_nonce, and until when (Unix seconds) it is accepted. */
  readonly firstSalt: { readonly salt: bigint; readonly validUntil: number } | undefined;
  /** The permanent key: the key itself, or the one that auth.bindTempAuthKey named; undefined while unbound. */
  owner: AuthKey | undefined;
  /** Unix time in seconds after which a temporary key is unknown; undefined for a permanent key. */
  expiresAt: number | undefined;
  /** Whether it was made for a media-only DC (a negative dc in p_q_inner_data_temp_dc): its sessions get no updates. */
  readonly mediaOnly: boolean;
  /** From invokeWithLayer; 0 before the first. */
  layer: number;
  /** Whether initConnection has been called with this key. */
  initialised: boolean;
}

export interface NewKey {
  readonly key: Buffer;
  readonly firstSalt: { readonly salt: bigint; readonly validUntil: number };
  /** Unix seconds; undefined for a permanent key. */
  readonly expiresAt: number | undefined;
  readonly mediaOnly: boolean;
}

/** A permanent key as `--state` keeps it. */
export interface ExportedKey {
  readonly dcId: number;
  readonly key: string;
  readonly userId: number | undefined;
  readonly layer: number;
  readonly initialised: boolean;
}

/** At most this many temporary keys live in a DC; beyond that, the oldest is forgotten. */
const MAX_TEMPORARY_KEYS = 4096;

/** The authorization keys of one DC. A key made on another DC is unknown here. */
export class KeyStore {
  readonly dcId: number;
  readonly #keys = new Map<bigint, StoredKey>();

  constructor(dcId: number) {
    this.dcId = dcId;
  }

  /** The key with this id, unless it has expired. `now` in Unix seconds. */
  find(id: bigint, now: number): StoredKey | undefined {
    const stored = this.#keys.get(id);
    if (stored?.expiresAt === undefined || stored.expiresAt > now) return stored;
    this.#keys.delete(id);
    return undefined;
  }

  /** Adds a key; undefined, with nothing added, when another key has the same id (dh_gen_retry). */
  add(fresh: NewKey): StoredKey | undefined {
    const id = authKeyId(fresh.key);
    if (id === 0n || this.#keys.has(id)) return undefined;
    const owner = fresh.expiresAt === undefined ? { id, key: fresh.key, userId: undefined } : undefined;
    const stored = { ...fresh, id, owner, layer: 0, initialised: false };
    this.#keys.set(id, stored);
    if (fresh.expiresAt !== undefined) this.#forgetOldest();
    return stored;
  }

  /** Forgets a key, and with a permanent one its temporary keys; returns all of them. */
  remove(id: bigint): StoredKey[] {
    const gone = [...this.#keys.values()].filter((stored) => stored.id === id || stored.owner?.id === id);
    for (const stored of gone) this.#keys.delete(stored.id);
    return gone;
  }

  /** The temporary keys that are bound to a permanent one. */
  temporaryKeysOf(owner: AuthKey): StoredKey[] {
    return [...this.#keys.values()].filter((stored) => stored.owner === owner && stored.id !== owner.id);
  }

  export(): ExportedKey[] {
    const permanent = [...this.#keys.values()].filter((stored) => stored.expiresAt === undefined);
    return permanent.map(({ key, owner, layer, initialised }) => ({
      dcId: this.dcId,
      key: key.toString('base64'),
      userId: owner?.userId,
      layer,
      initialised,
    }));
  }

  import(exported: readonly ExportedKey[]): void {
    for (const { key: text, userId, layer, initialised } of exported) {
      const key = Buffer.from(text, 'base64');
      const id = authKeyId(key);
      const owner = { id, key, userId };
      const rest = { firstSalt: undefined, expiresAt: undefined, mediaOnly: false };
      // If the layer isn't served, the client has to say again which layer it uses.
      const served = isServedLayer(layer);
      this.#keys.set(id, {
        id,
        key,
        owner,
        layer: served ? layer : 0,
        initialised: initialised && served,
        ...rest,
      });
    }
  }

  #forgetOldest(): void {
    const temporary = [...this.#keys.values()].filter((stored) => stored.expiresAt !== undefined);
    if (temporary.length > MAX_TEMPORARY_KEYS && temporary[0]) this.#keys.delete(temporary[0].id);
  }
}

/** The lower 64 bits of the key's SHA1. */
export function authKeyId(key: Buffer): bigint {
  return sha1(key).readBigInt64LE(12);
}
