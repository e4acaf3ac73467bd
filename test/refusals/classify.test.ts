import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailedError } from '../../lib/base/errors.js';
import { classify, reasonOf, type Verdict } from '../../lib/refusals/classify.js';

const transient: Verdict = { kind: 'transient' };
const permanent: Verdict = { kind: 'permanent' };
const reference: Verdict = { kind: 'reference' };

const WIRE: readonly [code: number, wire: string, verdict: Verdict][] = [
  [420, 'FLOOD_WAIT_3', { kind: 'flood', seconds: 3 }],
  [420, 'FLOOD_WAIT_0', { kind: 'flood', seconds: 0 }],
  [420, 'FLOOD_WAIT_86400', { kind: 'flood', seconds: 86_400 }],
  [420, 'FLOOD_PREMIUM_WAIT_12', { kind: 'premium', seconds: 12 }],
  [420, 'SLOWMODE_WAIT_30', { kind: 'slowmode', seconds: 30 }],
  [420, 'FLOOD_TEST_PHONE_WAIT_7', { kind: 'flood', seconds: 7 }],
  [420, 'FLOOD_SOMETHING_NEW_WAIT_9', { kind: 'flood', seconds: 9 }],
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
    const asLibrary = Object.assign(new Error(`${code}: ${wire} (caused by X)`), {
      errorMessage: wire,
      code,
    });
    assert.deepEqual(classify(asLibrary), verdict);
    const asOurs = Object.assign(new Error('One sentence.'), {
      errorMessage: wire,
      rpcCode: code,
      code: 'X',
    });
    assert.deepEqual(classify(asOurs), verdict);
  });
}

test('bad_msg_notification is worth a repeat, which gets a new msg_id', () => {
  const error = Object.assign(new Error('x'), {
    errorMessage: 'msg_id too low (most likely, client time is wrong)  Caused by upload.GetFile',
    code: 16,
  });
  assert.deepEqual(classify(error), transient);
  assert.equal(reasonOf(error), 'BAD_MESSAGE');
});

const PLAIN: readonly [message: string, verdict: Verdict][] = [
  ['Connection to dc 2 was lost', transient],
  ['Disconnected from dc 4', transient],
  ['Cannot send upload.GetFile: sender for dc 2 is disconnected', transient],
  ['Could not reconnect to dc 1', transient],
  ['Failed to connect to dc 1', transient],
  ['Not connected', transient],
  ['Disconnected', transient],
  ['Connection to 127.0.0.1:20001/TCPFull timed out after 10s', transient],
  ['Temporary auth key for dc 2 was rejected by the server', transient],
  ['Request was unsuccessful 5 time(s)', transient],
  ['NetSocket was closed', transient],
  ['Invalid response buffer (HTTP code 429)', transient],
  ["Cannot read properties of undefined (reading 'bytes')", permanent],
  ['Network is closed', permanent],
  ['The operation was aborted', permanent],
];

for (const [message, verdict] of PLAIN) {
  test(`a plain Error “${message}” is ${verdict.kind}`, () => {
    assert.deepEqual(classify(new Error(message)), verdict);
  });
}

for (const code of ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'ENETUNREACH', 'EAI_AGAIN']) {
  test(`a socket error ${code} is transient`, () => {
    const error = Object.assign(new Error(`read ${code}`), { code });
    assert.deepEqual(classify(error), transient);
    assert.equal(reasonOf(error), code);
  });
}

test('what a disk or a program error says is never repeated', () => {
  assert.deepEqual(classify(Object.assign(new Error('no space'), { code: 'ENOSPC' })), permanent);
  assert.deepEqual(classify(new TypeError('x is not a function')), permanent);
  assert.deepEqual(classify(undefined), permanent);
  assert.deepEqual(classify('FLOOD_WAIT_3'), permanent);
});

test("TelePi's own errors are final, whatever their words", () => {
  assert.deepEqual(classify(new FailedError('X', 'The connection timed out, not connected.')), permanent);
});

test('a reason is the wire string, the code of the system, or CONNECTION_LOST', () => {
  assert.equal(
    reasonOf(Object.assign(new Error('x'), { errorMessage: 'FLOOD_WAIT_12', code: 420 })),
    'FLOOD_WAIT_12',
  );
  assert.equal(reasonOf(Object.assign(new Error('x'), { errorMessage: 'Timeout', code: -503 })), 'TIMEOUT');
  const idle = Object.assign(new Error('x'), { errorMessage: 'No workers running', code: -500 });
  assert.equal(reasonOf(idle), 'NO_WORKERS_RUNNING');
  assert.equal(reasonOf(new Error('Connection to dc 2 was lost')), 'CONNECTION_LOST');
  assert.equal(reasonOf(new Error('Connection to 127.0.0.1:1 timed out after 10s')), 'TIMEOUT');
});
