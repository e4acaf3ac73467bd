/** Error codes of bad_msg_notification (core.telegram.org/mtproto/service_messages_about_messages). */
export const BadMsg = {
  idTooLow: 16,
  idTooHigh: 17,
  idParity: 18,
  containerIdSeen: 19,
  tooOld: 20,
  seqnoTooLow: 32,
  seqnoTooHigh: 33,
  seqnoOdd: 34,
  seqnoEven: 35,
  badSalt: 48,
  badContainer: 64,
} as const;

export interface MessageHead {
  readonly msgId: bigint;
  readonly seqno: number;
  /** Whether the message must be acknowledged, and so must have an odd seqno; undefined: either is allowed. */
  readonly content: boolean | undefined;
}

export type BadMsgCode = (typeof BadMsg)[keyof typeof BadMsg];

/** The verdict on a message: new, seen before, or a bad_msg_notification's code. */
export type Verdict = 'new' | 'seen' | BadMsgCode;

const MAX_AGE_SECONDS = 300;
const MAX_AHEAD_SECONDS = 30;
/** How many received ids a session remembers; a message older than all of them can't be distinguished from a repeat. */
const REMEMBERED = 1024;

/** The code for a packet whose msg_id is more than 300 s old or 30 s ahead of `now` (Unix seconds). */
export function checkTime(msgId: bigint, now: number): BadMsgCode | undefined {
  const sent = Number(msgId >> 32n);
  if (sent < now - MAX_AGE_SECONDS) return BadMsg.idTooLow;
  if (sent > now + MAX_AHEAD_SECONDS) return BadMsg.idTooHigh;
  return undefined;
}

/** The messages that a session has received, in the order of their ids, and the rules that hold between them. */
export class ReceivedMessages {
  readonly #heads: { msgId: bigint; seqno: number }[] = [];
  #forgotten = false;

  /** Judges a message; one that is 'new' is remembered. */
  receive({ msgId, seqno, content }: MessageHead): Verdict {
    if (msgId % 4n !== 0n) return BadMsg.idParity;
    const index = this.#indexOf(msgId);
    const before = this.#heads[index - 1];
    const after = this.#heads[index];
    if (after?.msgId === msgId) return 'seen';
    if (!before && this.#forgotten) return BadMsg.tooOld;
    const odd = seqno % 2 !== 0;
    if (content === false && odd) return BadMsg.seqnoOdd;
    if (content === true && !odd) return BadMsg.seqnoEven;
    if (before && (before.seqno > seqno || (before.seqno === seqno && odd))) return BadMsg.seqnoTooLow;
    if (after && (after.seqno < seqno || (after.seqno === seqno && odd))) return BadMsg.seqnoTooHigh;
    this.#heads.splice(index, 0, { msgId, seqno });
    if (this.#heads.length > REMEMBERED) {
      this.#heads.shift();
      this.#forgotten = true;
    }
    return 'new';
  }

  /** Takes a message back, as if it had never come. */
  forget(msgId: bigint): void {
    if (this.has(msgId)) this.#heads.splice(this.#indexOf(msgId), 1);
  }

  has(msgId: bigint): boolean {
    return this.#heads[this.#indexOf(msgId)]?.msgId === msgId;
  }

  /** The lowest and the highest id remembered. */
  get range(): { low: bigint; high: bigint } {
    return { low: this.#heads[0]?.msgId ?? 0n, high: this.#heads.at(-1)?.msgId ?? 0n };
  }

  /** The index where `msgId` is or belongs; nearly always the end. */
  #indexOf(msgId: bigint): number {
    let low = 0;
    let high = this.#heads.length;
    if ((this.#heads[high - 1]?.msgId ?? -1n) < msgId) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#heads[middle]?.msgId ?? 0n) < msgId) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
