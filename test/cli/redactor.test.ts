import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HIDDEN, Redactor } from '../../lib/cli/redactor.js';

function redactor(...secrets: string[]): Redactor {
  const made = new Redactor();
  made.add(...secrets);
  return made;
}

test('a secret is hidden in every text, key and depth of a value', () => {
  // A short number is hidden only where it stands alone.
  const secretText = fc.stringMatching(/^[A-Za-z0-9:_]{6,20}$/).filter((text) => !/^\d{6}$/.test(text));
  fc.assert(
    fc.property(secretText, fc.string(), fc.string(), fc.nat(4), (secret, before, after, depth) => {
      const error = new Error(`${before}${secret}`, { cause: new Error(secret) });
      let value: unknown = { [`k${secret}`]: [`${before}${secret}${after}`, secret, error] };
      for (let level = 0; level < depth; level += 1) value = { inner: [value] };
      const shown = JSON.stringify(redactor(secret).value(value));
      assert.ok(!shown.includes(secret), shown);
    }),
  );
});

test('a login code is hidden where it stands alone, but an id that contains its digits is not', () => {
  const made = redactor('12345');
  assert.equal(made.text('the code 12345, or (12345)'), `the code ${HIDDEN}, or (${HIDDEN})`);
  assert.equal(made.text('No chat -1000012345 or 1234567'), 'No chat -1000012345 or 1234567');
});

test('a phone number is hidden however it is written', () => {
  const made = redactor('+49 151 1234-5678');
  assert.equal(made.text('user 4915112345678 signed in'), `user ${HIDDEN} signed in`);
  assert.equal(made.value(4915112345678), HIDDEN);
  assert.equal(made.text('+49 151 1234-5678'), HIDDEN);
});

test('fields that hold secrets by their name are hidden, whether the value is known or not', () => {
  const fields = {
    password: 'x',
    phone_code_hash: 'y',
    apiHash: 'z',
    session: undefined,
    method: 'auth.signIn',
  };
  assert.deepEqual(redactor().value(fields), {
    password: HIDDEN,
    phone_code_hash: HIDDEN,
    apiHash: HIDDEN,
    session: undefined,
    method: 'auth.signIn',
  });
});

test('a very short secret is hidden, but does not black out every line', () => {
  const made = redactor('a');
  assert.equal(made.text('a'), HIDDEN);
  assert.equal(made.text('a cat'), 'a cat');
});

test('bigints, bytes, cycles and functions become values that JSON can hold', () => {
  const cycle: Record<string, unknown> = { id: 2n ** 63n, bytes: Buffer.alloc(3), run: () => 1 };
  cycle['self'] = cycle;
  assert.deepEqual(JSON.parse(JSON.stringify(redactor().value(cycle))), {
    id: '9223372036854775808',
    bytes: '[3 bytes]',
    self: '[circular]',
  });
});
