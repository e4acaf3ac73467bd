import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailedError } from '../../lib/base/errors.js';
import { classify, isServerFault, reasonOf, type Verdict } from '../../lib/refusals/classify.js';
import { connectionLost, TelegramError, timedOut } from '../../lib/refusals/telegram-error.js';

const transient: Verdict = { kind: 'transient' };
const permanent: Verdict = { kind: 'permanent' };
const reference: Verdict = { kind: 'reference' };

function errorOf(errorMessage: string, rpcCode: number): TelegramError {
  return new TelegramError({ method: 'a.call', errorMessage, rpcCode });
}

const WIRE: readonly [code: number, wire: string, verdict: Verdict][] = [
  [420, 'FLOOD_WAIT_3', { kind: 'flood', seconds: 3 }],
  [420, 'FLOOD_WAIT_0', { kind: 'flood', seconds: 0 }],
  [420, 'FLOOD_WAIT_86400', { kind: 'flood', seconds: 86_400 }],
  [420, 'FLOOD_PREMIUM_WAIT_12', { kind: 'premium', seconds: 12 }],
  [420, 'SLOWMODE_WAIT_30', { kind: 'slowmode', seconds: 30 }],
  [420, 'FLOOD_TEST_PHONE_WAIT_7', { kind: 'flood', seconds: 7 }],
  [420, 'FLOOD_SOMETHING_NEW_WAIT_9', { kind: 'flood', seconds: 9 }],
  [406, 'PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_5MIN', { kind: 'flood', seconds: 300 }],
  [420, '2FA_CONFIRM_WAIT_604800', permanent],
  [400, 'FILE_REFERENCE_EXPIRED', reference],
  [400, 'FILE_REFERENCE_INVALID', reference],
  [400, 'FILE_REFERENCE_EMPTY', reference],
  [400, 'FILE_REFERENCE_3_EXPIRED', reference],
  [400, 'FILE_REFERENCE_0_INVALID', reference],
  [400, 'FILE_PART_0_MISSING', { kind: 'missing-part', part: 0 }],
  [400, 'FILE_PART_3999_MISSING', { kind: 'missing-part', part: 3999 }],
  [500, 'RANDOM_ID_DUPLICATE', { kind: 'duplicate' }],
  [-503, 'Timeout', transient],
  [-503, 'TIMEOUT', transient],
  [503, 'Timeout', transient],
  [500, 'INTERNAL', transient],
  [-500, 'No workers running', transient],
  [500, 'RPC_CALL_FAIL', transient],
  [400, 'RPC_CALL_FAIL', transient],
  [500, 'RPC_MCGET_FAIL', transient],
  [500, 'WORKER_BUSY_TOO_LONG_RETRY', transient],
  [500, 'INTERDC_2_CALL_ERROR', transient],
  [500, 'INTERDC_4_CALL_RICH_ERROR', transient],
  [500, 'A_NAME_OF_TOMORROW', transient],
  [400, 'MSG_WAIT_FAILED', transient],
  [500, 'MSG_WAIT_FAILED', transient],
  [500, 'AUTH_RESTART', permanent],
  [500, 'NOT_IMPLEMENTED', permanent],
  [500, 'Not implemented', permanent],
  [500, 'UNKNOWN_METHOD', permanent],
  [400, 'INPUT_METHOD_INVALID_1234', permanent],
  [400, 'FILE_PART_INVALID', permanent],
  [400, 'FILE_PARTS_INVALID', permanent],
  [400, 'MD5_CHECKSUM_INVALID', permanent],
  [400, 'CHANNEL_INVALID', permanent],
  [401, 'AUTH_KEY_UNREGISTERED', permanent],
  [403, 'CHAT_WRITE_FORBIDDEN', permanent],
  [406, 'CHANNEL_PRIVATE', permanent],
  [303, 'FILE_MIGRATE_2', permanent],
];

for (const [code, wire, verdict] of WIRE) {
  test(`${code} ${wire} is ${JSON.stringify(verdict)}`, () => {
    assert.deepEqual(classify(errorOf(wire, code)), verdict);
  });
}

test("a call without an answer may be repeated, and doesn't count as a fault of the server", () => {
  for (const error of [connectionLost('a.call', new Error('read ECONNRESET')), timedOut('a.call')]) {
    assert.deepEqual(classify(error), transient);
    assert.equal(isServerFault(error), false);
  }
  assert.equal(isServerFault(errorOf('TIMEOUT', -503)), true, 'the server said so');
  assert.equal(isServerFault(errorOf('FLOOD_WAIT_3', 420)), false);
});

test('an error of the disk, of a socket or of the program is never repeated', () => {
  assert.deepEqual(classify(Object.assign(new Error('no space'), { code: 'ENOSPC' })), permanent);
  assert.deepEqual(classify(Object.assign(new Error('read'), { code: 'ECONNRESET' })), permanent);
  assert.deepEqual(classify(new TypeError('x is not a function')), permanent);
  assert.deepEqual(classify(undefined), permanent);
  assert.deepEqual(classify('FLOOD_WAIT_3'), permanent);
});

test("TelePi's own errors are final, whatever their words", () => {
  assert.deepEqual(classify(new FailedError('X', 'The connection timed out, not connected.')), permanent);
});

test('the reason is the wire string', () => {
  assert.equal(reasonOf(errorOf('FLOOD_WAIT_12', 420)), 'FLOOD_WAIT_12');
  assert.equal(reasonOf(errorOf('Timeout', -503)), 'TIMEOUT');
  assert.equal(reasonOf(errorOf('No workers running', -500)), 'NO_WORKERS_RUNNING');
  assert.equal(reasonOf(connectionLost('a.call')), 'CONNECTION_LOST');
});
