import { constructorAt } from './answers.js';
import type { FutureSalt } from './salts.js';
import { bytesAt, Tl } from './tl.js';

/** MTProto's own messages, as far as a connection reacts to them. */
export type ServiceMessage =
  | { readonly kind: 'salt'; readonly badMsgId: bigint; readonly salt: bigint }
  | { readonly kind: 'bad-message'; readonly badMsgId: bigint; readonly code: number }
  | { readonly kind: 'new-session'; readonly firstMsgId: bigint; readonly salt: bigint }
  | { readonly kind: 'future-salts'; readonly salts: readonly FutureSalt[] }
  /** There is an answer, whether it has arrived or not: msg_detailed_info, msg_new_detailed_info. */
  | { readonly kind: 'detailed-info'; readonly answerId: bigint }
  | { readonly kind: 'state-request'; readonly msgIds: readonly bigint[] }
  | { readonly kind: 'resend-request'; readonly msgIds: readonly bigint[] }
  /** msgs_state_info: one byte for each message that was asked about. */
  | { readonly kind: 'states'; readonly requestId: bigint; readonly states: Buffer }
  /** Acknowledgements, pongs. */
  | { readonly kind: 'heard' }
  /** Not a message of MTProto itself: updates. */
  | { readonly kind: 'push' };

/** Reads the message in `data` from `at` to `end`. Throws RangeError for one that is cut short. */
export function readServiceMessage(data: Buffer, at: number, end: number): ServiceMessage {
  const body = data.subarray(at, end);
  switch (constructorAt(data, at, end)) {
    case Tl.bad_server_salt:
      return { kind: 'salt', badMsgId: body.readBigInt64LE(4), salt: body.readBigInt64LE(20) };
    case Tl.bad_msg_notification:
      return { kind: 'bad-message', badMsgId: body.readBigInt64LE(4), code: body.readInt32LE(16) };
    case Tl.new_session_created:
      return { kind: 'new-session', firstMsgId: body.readBigInt64LE(4), salt: body.readBigInt64LE(20) };
    case Tl.future_salts:
      return { kind: 'future-salts', salts: readSalts(body) };
    case Tl.msg_detailed_info:
      return { kind: 'detailed-info', answerId: body.readBigInt64LE(12) };
    case Tl.msg_new_detailed_info:
      return { kind: 'detailed-info', answerId: body.readBigInt64LE(4) };
    case Tl.msgs_state_req:
      return { kind: 'state-request', msgIds: readLongs(body) };
    case Tl.msg_resend_req:
      return { kind: 'resend-request', msgIds: readLongs(body) };
    case Tl.msgs_state_info: {
      const info = bytesAt(data, at + 12, end);
      return {
        kind: 'states',
        requestId: body.readBigInt64LE(4),
        states: Buffer.from(data.subarray(info.start, info.end)),
      };
    }
    case Tl.msgs_ack:
    case Tl.pong:
    case Tl.msgs_all_info:
      return { kind: 'heard' };
    default:
      return { kind: 'push' };
  }
}

/** future_salts: req_msg_id, now, and a bare vector of bare future_salt. */
function readSalts(body: Buffer): FutureSalt[] {
  const salts: FutureSalt[] = [];
  const count = body.readUInt32LE(16);
  for (let nth = 0, at = 20; nth < count; nth += 1, at += 16) {
    salts.push({
      validSince: body.readInt32LE(at),
      validUntil: body.readInt32LE(at + 4),
      salt: body.readBigInt64LE(at + 8),
    });
  }
  return salts;
}

/** A boxed vector of longs after the constructor. */
function readLongs(body: Buffer): bigint[] {
  const longs: bigint[] = [];
  const count = body.readUInt32LE(8);
  for (let nth = 0; nth < count; nth += 1) longs.push(body.readBigInt64LE(12 + 8 * nth));
  return longs;
}
