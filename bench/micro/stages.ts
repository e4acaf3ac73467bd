import { createHash } from 'node:crypto';
import { PART_SIZE } from '../../lib/base/bytes.js';
import { systemClock } from '../../lib/base/clock.js';
import { seededRandom } from '../../lib/base/random.js';
import { findCrypto } from '../../lib/crypto/choose.js';
import {
  AUTH_KEY_BYTES,
  type CryptoName,
  MESSAGE_HEAD_BYTES,
  type MessageCrypto,
} from '../../lib/crypto/message-crypto.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { transferFile } from '../../lib/transfer/transfer.js';
import { sessionStages } from './session-stages.js';
import { socketStages } from './socket-stages.js';
import type { Stage } from './stage.js';

/** Every stage, in the order of a part's path: down, over, and up again. */
export async function stagesOf(seed: string): Promise<readonly Stage[]> {
  const random = seededRandom(`${seed}/micro`);
  const part = random.bytes(PART_SIZE);
  const cryptos = availableCryptos();
  return [
    ...(await socketStages()),
    ...sessionStages(part),
    ...cryptos.flatMap((crypto) => openStages(crypto, random.bytes(AUTH_KEY_BYTES))),
    ...cryptos.map((crypto) => igeStage('decrypt', crypto, part)),
    ...cryptos.map((crypto) => igeStage('encrypt', crypto, part)),
    hashStage('hash', 'sha256', part),
    hashStage('md5 of a small file', 'md5', part),
    tagStage(part),
  ];
}

const NAMES: readonly CryptoName[] = ['native', 'wasm', 'js'];

/** The ones that load on this machine. */
function availableCryptos(): MessageCrypto[] {
  return NAMES.flatMap((name) => {
    try {
      return [findCrypto(name).crypto];
    } catch {
      return [];
    }
  });
}

/** A message with a part in it: salt, session_id, msg_id, seqno, length, body and padding. */
const INNER_BYTES = PART_SIZE + 96;

/** Sealing is the cost of an upload, opening that of a download: each with hash and cipher. */
function openStages(crypto: MessageCrypto, authKey: Buffer): Stage[] {
  const packet = Buffer.alloc(MESSAGE_HEAD_BYTES + INNER_BYTES);
  const sealed = Buffer.from(packet);
  crypto.sealMessage(sealed, authKey, 'server');
  const plain = Buffer.alloc(INNER_BYTES);
  const opening = () => ({ packet: Buffer.from(sealed), authKey, plain: Buffer.alloc(INNER_BYTES) });
  const toOpen = [opening(), opening()] as const;
  const toSeal = [
    { packet: Buffer.from(packet), authKey },
    { packet: Buffer.from(packet), authKey },
  ] as const;
  const by = `${crypto.name}: ${crypto.detail}`;
  return [
    {
      name: 'open (decrypt and hash)',
      by,
      work(parts) {
        for (let n = 0; n < parts; n += 1) {
          if (!crypto.openMessage(sealed, authKey, 'server', plain)) throw new Error('The message is wrong.');
        }
      },
    },
    {
      name: 'seal (hash and encrypt)',
      by,
      work(parts) {
        for (let n = 0; n < parts; n += 1) crypto.sealMessage(packet, authKey, 'client');
      },
    },
    {
      name: 'open, two at once',
      by,
      work(parts) {
        for (let n = 0; n < parts; n += 2) {
          if (!crypto.openTwo(...toOpen, 'server').every(Boolean)) throw new Error('A message is wrong.');
        }
      },
    },
    {
      name: 'seal, two at once',
      by,
      work(parts) {
        for (let n = 0; n < parts; n += 2) crypto.sealTwo(...toSeal, 'client');
      },
    },
  ];
}

function igeStage(name: 'encrypt' | 'decrypt', crypto: MessageCrypto, part: Buffer): Stage {
  const [key, iv, out] = [part.subarray(0, 32), part.subarray(32, 64), Buffer.alloc(PART_SIZE)];
  const run = name === 'encrypt' ? crypto.encryptIge.bind(crypto) : crypto.decryptIge.bind(crypto);
  return {
    name: `${name} (AES-IGE alone)`,
    by: crypto.name,
    work(parts) {
      for (let n = 0; n < parts; n += 1) run(part, key, iv, out);
    },
  };
}

function hashStage(name: string, algorithm: string, part: Buffer): Stage {
  return {
    name: algorithm === 'md5' ? name : `${name} (${algorithm} alone)`,
    by: 'OpenSSL',
    work(parts) {
      for (let n = 0; n < parts; n += 1) createHash(algorithm).update(part).digest();
    },
  };
}

/** The whole of transferFile with a far side that costs nothing: streams, tags, slots and budget. */
function tagStage(part: Buffer): Stage {
  return {
    name: 'tag (the three streams, budget, slots)',
    by: 'Web Streams',
    async work(parts) {
      await transferFile({
        name: 'file',
        size: parts * PART_SIZE,
        fileId: 1n,
        source: {
          async *open(_range, lease) {
            for (let n = 0; n < parts; n += 1) {
              await lease.acquire(PART_SIZE);
              yield { bytes: part, release: () => {} };
            }
          },
        },
        uploader: { savePart: async () => {} },
        budget: new ByteBudget(64 * PART_SIZE),
        signal: new AbortController().signal,
        clock: systemClock,
      });
    },
  };
}
