import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { TelepiError, UsageError } from '../../lib/base/errors.js';
import { parseArguments } from '../../lib/cli/arguments.js';
import { COMMANDS } from '../../lib/cli/commands.js';
import { inspectSettings } from '../../lib/settings/settings.js';
import { settingKeys, specOf } from '../../lib/settings/table.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { decodeSession } from '../../lib/telegram/session-string.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { isOneSentence, nastyText, seedFuzz } from './seed.js';

seedFuzz();

const numbers = fc.oneof(fc.integer().map(String), fc.double().map(String), fc.bigInt().map(String));
const words = fc.oneof(
  nastyText(),
  numbers,
  fc.constantFrom('yes', '-0', '1e9', '0x10', '١٢', '-100', '@', 'me'),
);

/** A thrown error is a UsageError with a sentence; the result is not checked here. */
function refusesInWords<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.ok(isOneSentence(error.message), error.message);
    return undefined;
  }
}

test('settings with any text give a value within its bounds, or a sentence without secrets', (t) => {
  const workingDirectory = temporaryFolder(t);
  const marked = words.map((word) => `marked-secret-${word}`);
  const environment = fc.record(
    Object.fromEntries(settingKeys.map((key) => [specOf(key).name, specOf(key).secret ? marked : words])),
    {
      requiredKeys: [],
    },
  );
  fc.assert(
    fc.property(environment, (given) => {
      const sources = { flags: {}, environment: given, workingDirectory };
      const { settings, problems } = inspectSettings(sources, { uses: settingKeys, needs: [] });
      for (const { message } of problems) {
        assert.ok(isOneSentence(message.slice(0, 500)));
        for (const key of settingKeys.filter((name) => specOf(name).secret)) {
          const secret = given[specOf(key).name]?.trim() ?? '';
          if (secret.length > 12) assert.ok(!message.includes(secret), specOf(key).name);
        }
      }
      if (!settings) return;
      assert.ok(settings.bufferBytes > 0 && Number.isFinite(settings.bufferBytes));
      assert.ok(settings.minIntervalMs >= 0 && Number.isFinite(settings.minIntervalMs));
      assert.ok(Number.isInteger(settings.parallelUploads) && settings.parallelUploads >= 1);
    }),
    { numRuns: 300 },
  );
});

test('a settings file of any bytes is read or refused', (t) => {
  const workingDirectory = temporaryFolder(t);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), words, (bytes, word) => {
      writeFileSync(join(workingDirectory, '.env'), Buffer.concat([bytes, Buffer.from(`\nTG_DC=${word}\n`)]));
      refusesInWords(() =>
        inspectSettings({ flags: {}, environment: {}, workingDirectory }, { uses: settingKeys, needs: [] }),
      );
    }),
    { numRuns: 200 },
  );
});

test('any words on the command line are understood or refused', async () => {
  const names = COMMANDS.map(({ name }) => name);
  const flags = settingKeys.flatMap((key) => specOf(key).flag ?? []);
  const word = fc.oneof(
    fc.constantFrom(...names, ...flags.map((flag) => `--${flag}`), '--', '-', '--json'),
    words,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (argv) => {
      try {
        const request = await parseArguments(argv, COMMANDS, '0');
        assert.ok('print' in request || names.includes(request.command.name));
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }),
    { numRuns: 200 },
  );
});

test('any text for a chat is read as an id, name or link, or refused', () => {
  const link = fc
    .tuple(
      fc.constantFrom(
        'https://t.me/',
        't.me/',
        'http://telegram.me/',
        'tg://resolve?domain=',
        '@',
        '-100',
        't.me/c/',
      ),
      words,
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(link, words), (text) => {
      const ref = refusesInWords(() => parseChatRef(text));
      if (!ref) return;
      if (ref.kind === 'id') assert.ok(Number.isSafeInteger(ref.id) && ref.id !== 0);
      if (ref.kind === 'username') assert.match(ref.username, /^[A-Za-z]\w{2,31}$/);
    }),
    { numRuns: 2000 },
  );
});

test('cut, changed and made-up session strings are refused without being quoted', () => {
  const good = `1${Buffer.concat([Buffer.from([2, 0, 9]), Buffer.from('127.0.0.1'), Buffer.from([1, 187]), Buffer.alloc(256, 5)]).toString('base64')}`;
  assert.equal(decodeSession(good).dcId, 2);
  const changed = fc
    .tuple(fc.nat(good.length - 1), fc.string({ maxLength: 4 }), fc.boolean())
    .map(([at, put, cut]) => good.slice(0, at) + put + (cut ? '' : good.slice(at + put.length)));
  fc.assert(
    fc.property(
      fc.oneof(
        changed,
        words,
        fc.base64String({ maxLength: 500 }).map((text) => `1${text}`),
      ),
      (text) => {
        try {
          const { dcId, port, authKey } = decodeSession(text);
          assert.ok(dcId > 0 && port > 0 && authKey.length === 256);
        } catch (error) {
          assert.ok(error instanceof TelepiError, String(error));
          if (text.trim().length > 12) assert.ok(!error.message.includes(text.trim()));
        }
      },
    ),
    { numRuns: 500 },
  );
});
