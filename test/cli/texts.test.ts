import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { UsageError } from '../../lib/base/errors.js';
import { COMMANDS } from '../../lib/cli/commands.js';
import { readTexts } from '../../lib/cli/texts.js';
import { flagKinds, readWords } from '../../lib/cli/words.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import { readSettings } from '../../lib/settings/settings.js';
import { textKeys } from '../../lib/settings/text-table.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What a command line and an environment say about texts. */
function read(words: readonly string[], environment: Record<string, string> = {}) {
  const run = COMMANDS.find(({ name }) => name === 'run');
  const { flags, unknown } = readWords(['run', ...words], flagKinds(run), { takesWord: false });
  assert.deepEqual(unknown, []);
  const sources = { flags, environment, workingDirectory: '/', envFile: '/dev/null' };
  return readTexts(readSettings(sources, { uses: [...textKeys, 'via'] }), sources);
}

const post: PostDocument = {
  version: 1,
  kind: 'message',
  id: 1,
  chat: -1001,
  date: 0,
  flags: {},
  text: 'a b #c',
  entities: [{ kind: 'hashtag', offset: 4, length: 2 }],
};

describe('the settings of texts', () => {
  it('split, write buttons as text and quote unless they say otherwise', async () => {
    const { options, program } = await read([]);
    assert.deepEqual(options, { long: 'split', buttons: 'text', replyFallback: 'quote' });
    assert.equal(program, undefined);
    const other = await read(['--long', 'fail', '--buttons=drop', '--reply-fallback', 'none']);
    assert.deepEqual(other.options, { long: 'fail', buttons: 'drop', replyFallback: 'none' });
  });

  it('take several rules, from flags or from lines', async () => {
    const words = [
      '--replace',
      'a=>x',
      '--replace',
      'b=>-y',
      '--replace-regex=(x)=>$1$1',
      '--strip',
      'hashtags',
    ];
    const lines = { REPLACE: 'a=>x\nb=>-y', REPLACE_REGEX: '(x)=>$1$1', STRIP: 'Hashtags' };
    for (const { options } of [await read(words), await read([], lines)]) {
      assert.equal(options.transform?.(post, { nameOf: () => undefined }).text, 'xx -y');
    }
  });

  it('may wait in a settings file, or be turned off for one run', async () => {
    const waiting = { PIPE_DEADLINE: '5', ATTRIBUTION: 'header', ATTRIBUTION_TEMPLATE: '{author}' };
    const { options } = await read(['--attribution', 'none'], waiting);
    assert.equal(options.attribution, undefined);
  });

  it('name a program by its words', async () => {
    const environment = { PATH: dirname(process.execPath) };
    const { program } = await read(['--pipe', "node -c '.a b'"], environment);
    assert.deepEqual(program, ['node', '-c', '.a b']);
    assert.deepEqual((await read(['--pipe', process.execPath])).program, [process.execPath]);
  });

  it('refuse a program that cannot be started', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'plain'), '#!/bin/sh\n', { mode: 0o644 });
    mkdirSync(join(folder, 'folder'));
    const environment = { PATH: `:/nonexistent:${folder}` };
    for (const [command, why] of [
      [
        '/nonexistent/x',
        /--pipe names the program "\/nonexistent\/x", which can't be started: there is no such file/,
      ],
      ['no-such-program -x', /no directory of PATH has it/],
      ['plain', /\/plain is not a program that may be executed/],
      ['folder', /\/folder is not a program that may be executed/],
      [`${folder}/plain`, /\/plain is not a program that may be executed/],
    ] as const) {
      await assert.rejects(
        () => read(['--pipe', command], environment),
        (error) =>
          error instanceof UsageError && error.code === 'PIPE_NOT_STARTED' && why.test(error.message),
        command,
      );
    }
  });

  it('are named in an error as their user wrote them', async () => {
    for (const [environment, message] of [
      [{ REPLACE: 'bad' }, /^REPLACE takes what/],
      [{ REPLACE_REGEX: '(=>x' }, /^REPLACE_REGEX: .*pattern/],
      [{ REPLACE_REGEX: 'a=>$2' }, /^REPLACE_REGEX: the pattern has no group 2/],
      [{ REPLACE_REGEX: 'a=>$' }, /^REPLACE_REGEX: a dollar sign/],
      [{ STRIP: 'foo' }, /^STRIP must be one of/],
      [{ CAPTION_TEMPLATE: '{bad}' }, /^CAPTION_TEMPLATE: the \{/],
      [{ ATTRIBUTION: 'header', ATTRIBUTION_TEMPLATE: '{a}' }, /^ATTRIBUTION_TEMPLATE: /],
      [{ PIPE: 'jq "' }, /^PIPE takes a program/],
      [{ PIPE: '/nonexistent/x' }, /^PIPE names the program/],
      [{ VIA: 'forward', STRIP: 'links', REPLACE: 'a=>b' }, /leave out REPLACE and STRIP\.$/],
    ] as const) {
      await assert.rejects(
        () => read([], environment),
        (error) => error instanceof UsageError && message.test(error.message),
        JSON.stringify(environment),
      );
    }
  });

  it('are refused before any work', async () => {
    const faults: readonly (readonly [string[], RegExp])[] = [
      [['--replace', 'a'], /--replace takes what is to be replaced/],
      [['--replace-regex', '(=>b'], /can't read the pattern/],
      [['--strip', 'links,vowels'], /--strip must be one of links, mentions, hashtags.*"vowels"/],
      [['--caption-template', '{text}'], /--caption-template: the \{ at character 1/],
      [['--attribution', 'header', '--attribution-template', '{a}'], /--attribution-template/],
      [['--pipe', "'x"], /never closed/],
      [['--via', 'forward', '--strip', 'links'], /VIA=forward/],
      [['--long', 'cut'], /must be one of split, fail/],
      [['--pipe-deadline', '0'], /from 0.1/],
      [['--attribution-template', '{author}'], /ATTRIBUTION is not set: add --attribution header/],
      [['--pipe-deadline', '5'], /--pipe-deadline belongs to --pipe/],
    ];
    for (const [words, message] of faults) {
      await assert.rejects(
        async () => read(words),
        (error) => error instanceof UsageError && message.test(error.message),
        words.join(' '),
      );
    }
  });
});
