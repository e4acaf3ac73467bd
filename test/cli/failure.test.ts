import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailedError, InterruptedError, NotSignedInError, UsageError } from '../../lib/base/errors.js';
import { asFailure, stackOf } from '../../lib/cli/failure.js';

function systemError(code: string, details: object = {}): Error {
  return Object.assign(new Error(`${code}: text, open`), { code, ...details });
}

test("TelePi's own errors keep their sentence and status", () => {
  for (const error of [new UsageError('A', 'a.'), new FailedError('B', 'b.'), new NotSignedInError('c.')]) {
    assert.equal(asFailure(error), error);
  }
});

test("the system's errors become one sentence that names the place and the fix", () => {
  const cases: [Error, RegExp][] = [
    [
      systemError('ENOSPC', { path: '/srv/data/x' }),
      /^\/srv\/data\/x: the disk is full: make room.*\(ENOSPC\)\.$/,
    ],
    [
      systemError('EACCES', { path: '/srv/data' }),
      /^\/srv\/data: this user has no permission.*--data-dir \(EACCES\)\.$/,
    ],
    [systemError('EROFS', { path: '/srv' }), /read-only/],
    [
      systemError('EADDRINUSE', { address: '127.0.0.1', port: 20443 }),
      /^127\.0\.0\.1:20443: the port is in use/,
    ],
    [systemError('ENOTFOUND', { syscall: 'getaddrinfo' }), /^getaddrinfo: the name is unknown/],
  ];
  for (const [error, words] of cases) {
    const failure = asFailure(error);
    assert.match(failure.message, words);
    assert.equal(failure.exitStatus, 1);
    assert.equal(failure.cause, error);
  }
});

test('any other error is reported as unexpected, with its cause for --debug', () => {
  const failure = asFailure(new TypeError('x is not a function'));
  assert.match(failure.message, /unexpected error occurred: x is not a function\. --debug/);
  assert.match(stackOf(failure), /FailedError: .*\n[\s\S]*Caused by: TypeError: x is not a function\n/);
  assert.match(asFailure('a string').message, /a string/);
});

test('a failure after the user stopped the work is caused by that stop', () => {
  const interrupt = AbortSignal.abort(new InterruptedError('SIGTERM'));
  assert.equal(asFailure(new Error('socket closed'), interrupt).exitStatus, 143);
  assert.equal(asFailure(new FailedError('LOST', 'lost.'), interrupt).exitStatus, 143);
  assert.equal(asFailure(new UsageError('BAD', 'bad.'), interrupt).exitStatus, 2);
  assert.equal(asFailure(new Error('x'), AbortSignal.abort(new InterruptedError('SIGINT'))).exitStatus, 130);
});
