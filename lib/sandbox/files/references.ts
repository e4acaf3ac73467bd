import { createHmac } from 'node:crypto';
import { RpcError } from '../rpc.js';

const VERSION = 2;
const ORIGIN_BYTES = 8;
const MAC_BYTES = 12;
/** Not secret: it only distinguishes our references, including those from before a restart, from nonsense. */
const KEY = 'telepi sandbox file references';
const LENGTH = 1 + 4 + ORIGIN_BYTES + MAC_BYTES;

interface Issue {
  serial: number;
  reads: number;
  expired: boolean;
}

/**
 * File references: opaque bytes (25, as Telegram's usually are) that allow a file to be read for a while, issued for
 * one file seen in one origin (a message). A valid one is returned again whenever its message is fetched; after it has
 * expired, a fetch returns a new one.
 */
export class FileReferences {
  readonly #expireAfterReads: () => number;
  readonly #issues = new Map<string, Issue>();
  /** By the hash that a reference carries. */
  readonly #origins = new Map<string, string>();

  /** `expireAfterReads` is asked at every read; 0: references live until they are expired by hand. */
  constructor(expireAfterReads: () => number) {
    this.#expireAfterReads = expireAfterReads;
  }

  /** The valid reference of a file in an origin, or a fresh one. `origin` names a message, for example `-1001/42`. */
  referenceFor(fileId: bigint, origin: string): Buffer {
    const originHash = this.#originHash(origin);
    this.#origins.set(originHash.toString('hex'), origin);
    const issue = this.#issues.get(issueKey(fileId, originHash)) ?? { serial: 0, reads: 0, expired: true };
    if (issue.expired) Object.assign(issue, { serial: issue.serial + 1, reads: 0, expired: false });
    this.#issues.set(issueKey(fileId, originHash), issue);
    return this.#encode(fileId, issue.serial, originHash);
  }

  /**
   * Refuses with FILE_REFERENCE_EMPTY, FILE_REFERENCE_INVALID (not one of ours, or another file's) or
   * FILE_REFERENCE_EXPIRED. Returns the origin in which the file was seen.
   */
  check(fileId: bigint, reference: Buffer): string {
    this.#issueOf(fileId, reference);
    return this.#origins.get(reference.subarray(5, 5 + ORIGIN_BYTES).toString('hex')) ?? '';
  }

  /** As `check`, and counts a read: the first read too many finds the reference expired. */
  read(fileId: bigint, reference: Buffer): void {
    const issue = this.#issueOf(fileId, reference);
    const limit = this.#expireAfterReads();
    if (limit > 0 && issue.reads >= limit) {
      issue.expired = true;
      throw new RpcError(400, 'FILE_REFERENCE_EXPIRED');
    }
    issue.reads += 1;
  }

  /** Expires the references of one file, or all. */
  expire(fileId?: bigint): void {
    for (const [key, issue] of this.#issues) {
      if (fileId === undefined || key.startsWith(`${fileId}/`)) issue.expired = true;
    }
  }

  #issueOf(fileId: bigint, reference: Buffer): Issue {
    if (reference.length === 0) throw new RpcError(400, 'FILE_REFERENCE_EMPTY');
    if (reference.length !== LENGTH) throw new RpcError(400, 'FILE_REFERENCE_INVALID');
    const serial = reference.readUInt32BE(1);
    const originHash = reference.subarray(5, 5 + ORIGIN_BYTES);
    if (!this.#encode(fileId, serial, originHash).equals(reference)) {
      throw new RpcError(400, 'FILE_REFERENCE_INVALID');
    }
    // A reference that is ours but unknown was issued before a restart.
    const issue = this.#issues.get(issueKey(fileId, originHash));
    if (!issue || issue.expired || issue.serial !== serial) throw new RpcError(400, 'FILE_REFERENCE_EXPIRED');
    return issue;
  }

  #encode(fileId: bigint, serial: number, originHash: Buffer): Buffer {
    const head = Buffer.alloc(5);
    head.writeUInt8(VERSION, 0);
    head.writeUInt32BE(serial, 1);
    const mac = createHmac('sha256', KEY).update(`${fileId}/`).update(head).update(originHash).digest();
    return Buffer.concat([head, originHash, mac.subarray(0, MAC_BYTES)]);
  }

  #originHash(origin: string): Buffer {
    return createHmac('sha256', KEY).update(origin).digest().subarray(0, ORIGIN_BYTES);
  }
}

function issueKey(fileId: bigint, originHash: Buffer): string {
  return `${fileId}/${originHash.toString('hex')}`;
}
