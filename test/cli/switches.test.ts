import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UsageError } from '../../lib/base/errors.js';
import { parseArguments } from '../../lib/cli/arguments.js';
import type { CommandSpec } from '../../lib/cli/command.js';
import { COMMANDS } from '../../lib/cli/commands.js';
import { GLOBAL_FLAGS } from '../../lib/cli/root-help.js';
import { isSwitchedOn } from '../../lib/cli/switches.js';
import { describeSettings, readSettings } from '../../lib/settings/settings.js';
import { settingKeys, specOf } from '../../lib/settings/table.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const YES = ['yes', 'YES', 'true', 'True', '1', 'on', 'ON'];
const NO = ['no', 'NO', 'false', 'False', '0', 'off', 'OFF'];
const NEITHER = ['maybe', '', '2', 'y', 'ja', 'yes no'];

/** Every flag of a command: its switches, and the flags that take a value. */
async function flagsOf(command: CommandSpec): Promise<{ switches: string[]; others: string[] }> {
  const all = [...GLOBAL_FLAGS, ...command.flags, ...((await command.moreFlags?.()) ?? [])];
  const settings = command.settings.map(specOf).filter(({ flag }) => flag !== undefined);
  return {
    switches: [
      ...all.filter(({ placeholder }) => placeholder === undefined).map(({ name }) => name),
      ...settings.filter(({ kind }) => kind.type === 'boolean').map(({ flag }) => flag ?? ''),
    ],
    others: [
      ...all.filter(({ placeholder }) => placeholder !== undefined).map(({ name }) => name),
      ...settings.filter(({ kind }) => kind.type !== 'boolean').map(({ flag }) => flag ?? ''),
    ],
  };
}

async function flagAfter(words: readonly string[], flag: string): Promise<unknown> {
  const request = await parseArguments(words, COMMANDS, '0');
  assert.ok('command' in request, words.join(' '));
  assert.equal(request.word, undefined);
  return request.flags[flag];
}

async function refusedWith(words: readonly string[], pattern: RegExp): Promise<void> {
  await assert.rejects(parseArguments(words, COMMANDS, '0'), (error) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, pattern, words.join(' '));
    assert.match(error.message, /^[^\n]+\.$/);
    return true;
  });
}

test('every switch of every command reads the same words, and refuses any other by name', async () => {
  let seen = 0;
  for (const command of COMMANDS) {
    const { switches, others } = await flagsOf(command);
    for (const flag of switches) {
      seen += 1;
      const after = (word: string, ...more: string[]) => flagAfter([command.name, word, ...more], flag);
      assert.equal(await after(`--${flag}`), true);
      assert.equal(await after(`--no-${flag}`), false);
      for (const word of YES) assert.equal(await after(`--${flag}=${word}`), true, `${flag}=${word}`);
      for (const word of NO) assert.equal(await after(`--${flag}=${word}`), false, `${flag}=${word}`);
      assert.equal(await flagAfter([`--${flag}=on`, command.name], flag), true, 'before the command too');
      assert.equal(await after(`--${flag}=no`, `--${flag}`), true, 'the last one counts');
      assert.equal(await after(`--${flag}`, `--no-${flag}`), false, 'the last one counts');
      const form = new RegExp(`^--${flag} must be yes or no \\(also true/false, on/off, 1/0\\), not "`);
      for (const word of NEITHER) await refusedWith([command.name, `--${flag}=${word}`], form);
      await refusedWith([command.name, `--no-${flag}=yes`], new RegExp(`write --${flag}=no\\.$`));
      if (command.word) continue;
      for (const word of [...YES, ...NO]) {
        await refusedWith([command.name, `--${flag}`, word], new RegExp(`write --${flag}=yes or`));
      }
    }
    for (const flag of others) await refusedWith([command.name, `--no-${flag}`], /is not a flag here/);
    for (const flag of ['help', 'version']) {
      assert.ok('print' in (await parseArguments([command.name, `--${flag}=yes`], COMMANDS, '0')), flag);
      assert.equal(await flagAfter([command.name, `--${flag}=no`], 'json'), undefined);
    }
  }
  assert.ok(seen >= COMMANDS.length * 2 + 8, `only ${seen} switches were seen`);
});

test('a word after a switch belongs to the command if it takes one, and so does everything after --', async () => {
  const wordOf = async (...words: string[]): Promise<unknown> => {
    const request = await parseArguments(['chats', ...words], COMMANDS, '0');
    assert.ok('command' in request && request.flags['json'] === (words[0] === '--json'));
    return request.word;
  };
  assert.equal(await wordOf('--json', 'yes'), 'yes');
  assert.equal(await wordOf('--json', 'true'), 'true');
  assert.equal(await wordOf('--json', '--', '--json=maybe'), '--json=maybe');
});

test("the command is the first word that is not a flag's value", async () => {
  const request = async (...words: string[]): Promise<unknown[]> => {
    const found = await parseArguments(words, COMMANDS, '0');
    return 'print' in found ? [found.print.split('\n', 1)[0]] : [found.command.name, found.flags];
  };
  assert.deepEqual(await request('--target', 'chats', 'run'), ['run', { target: 'chats' }]);
  assert.deepEqual(await request('--drop-before', '0', 'sandbox'), ['sandbox', { 'drop-before': '0' }]);
  assert.deepEqual(await request('run', '--source', '-1001', '--source=-a'), ['run', { source: '-a' }]);
  assert.deepEqual(await request('--', 'run'), ['run', {}]);
  assert.deepEqual(await request('--source', 'run', 'chats', 'help'), ['telepi chats [word] [flags]']);
});

test('the form in which faults are shown follows the same rules', () => {
  for (const word of ['--json', ...YES.map((text) => `--json=${text}`)]) {
    assert.equal(isSwitchedOn(['run', word], 'json'), true, word);
  }
  for (const word of ['--no-json', '--json=maybe', ...NO.map((text) => `--json=${text}`)]) {
    assert.equal(isSwitchedOn(['run', '--json', word], 'json'), false, word);
  }
  assert.equal(isSwitchedOn(['chats', '--', '--json'], 'json'), false);
});

test('every boolean setting reads the same words in the environment and in .env', (t) => {
  const workingDirectory = temporaryFolder(t);
  const keys = settingKeys.filter((key) => specOf(key).kind.type === 'boolean');
  assert.ok(keys.length >= 2);
  for (const { name } of keys.map(specOf)) {
    const inEnvironment = (text: string) =>
      readSettings({ flags: {}, environment: { [name]: text }, workingDirectory });
    const inFile = (text: string) => {
      writeFileSync(join(workingDirectory, 'env'), `${name}=${text}\n`);
      return readSettings({ flags: {}, environment: {}, workingDirectory, envFile: 'env' });
    };
    for (const read of [inEnvironment, inFile]) {
      for (const word of YES) assert.equal(describeSettings(read(word))[name], true, word);
      for (const word of NO) assert.equal(describeSettings(read(word))[name], false, word);
      for (const word of NEITHER.filter((text) => text !== '')) {
        assert.throws(() => read(word), new RegExp(`${name}.* must be yes or no .*not "${word}"`));
      }
    }
  }
});

test('the command obeys its switch, however the switch is written', async (t) => {
  const cwd = temporaryFolder(t);
  const isJson = ({ stdout }: { readonly stdout: string }): boolean => stdout.startsWith('{');
  assert.ok(isJson(await telepi(['run', '--json=1'], { cwd })));
  assert.ok(!isJson(await telepi(['run', '--json=off'], { cwd })));
  assert.match((await telepi(['run', '--debug=yes'], { cwd })).stderr, /UsageError: .*\n\s+at /);
  const both = await telepi(['login', '--qr=yes', '--bot=on'], { cwd, environment: APP });
  assert.match(both.stderr, /--qr and --bot are two different ways/);
});

const APP = { TG_API_ID: '1', TG_API_HASH: '0123456789abcdef0123456789abcdef' };
