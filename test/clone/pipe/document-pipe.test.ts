import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../../../lib/base/clock.js';
import { FailedError } from '../../../lib/base/errors.js';
import { silentLog } from '../../../lib/base/log.js';
import { commandWords } from '../../../lib/clone/pipe/command-words.js';
import { DocumentPipe } from '../../../lib/clone/pipe/document-pipe.js';
import type { PostDocument } from '../../../lib/messages/document/document.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const post = (id: number, text: string): PostDocument => ({
  version: 1,
  kind: 'message',
  id,
  chat: -1001,
  date: 0,
  flags: {},
  text,
  entities: [],
});

const never = new AbortController().signal;

interface Given {
  readonly environment?: Record<string, string>;
  readonly deadlineMs?: number;
  readonly words?: readonly [string, ...string[]];
}

/** A pipe through a program of Node that handles each line by `body`: `line`, `answer(text)`. */
async function piped<T>(
  body: string,
  work: (pipe: DocumentPipe) => Promise<T>,
  given: Given = {},
): Promise<T> {
  const script = `
    const answer = (text) => process.stdout.write(text + '\\n');
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => { ${body} });`;
  const pipe = new DocumentPipe({
    words: given.words ?? [process.execPath, '-e', script],
    environment: { PATH: process.env['PATH'] ?? '', ...given.environment },
    deadlineMs: given.deadlineMs ?? 20_000,
    clock: systemClock,
    log: silentLog,
  });
  try {
    return await work(pipe);
  } finally {
    await pipe.close();
  }
}

const fault = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FailedError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};

describe('a program that changes documents', () => {
  it('is given one a line, in order, and answers them changed or with null', async () => {
    const body = `
      const document = JSON.parse(line);
      answer(document.id === 2 ? 'null' : JSON.stringify({ ...document, text: document.text.toUpperCase() }));`;
    const answers = await piped(body, (pipe) =>
      Promise.all([1, 2, 3].map((id) => pipe.ask(post(id, `text ${id}\nmore`), never))),
    );
    assert.deepEqual(
      answers.map((answer) => answer?.text),
      ['TEXT 1\nMORE', undefined, 'TEXT 3\nMORE'],
    );
    assert.equal(answers[1], null);
  });

  it('passes documents of any size', async () => {
    const text = 'x'.repeat(1_000_000);
    const answer = await piped('answer(line)', (pipe) => pipe.ask(post(1, text), never));
    assert.equal(answer?.text.length, text.length);
  });

  it('inherits no secret', async () => {
    const environment = {
      TG_SESSION: 'a',
      tg_api_hash: 'b',
      DATABASE_URL: 'c',
      S3_SECRET_KEY: 'd',
      AWS_SECRET_ACCESS_KEY: 'e',
      LANG: 'C',
    };
    const body = `const document = JSON.parse(line); answer(JSON.stringify({ ...document, text: Object.keys(process.env).join(' ') }));`;
    const answer = await piped(body, (pipe) => pipe.ask(post(1, ''), never), { environment });
    assert.match(answer?.text ?? '', /LANG/);
    assert.doesNotMatch(answer?.text ?? '', /TG_|tg_|DATABASE|S3_|AWS_/);
  });

  it('stops the run when it ends, with its last words', async () => {
    const body = "process.stderr.write('No more.\\n'); process.exit(3);";
    await piped(body, async (pipe) => {
      await assert.rejects(pipe.ask(post(1, ''), never), fault('PIPE_ENDED', /exit status 3.*"No more."/));
      await assert.rejects(pipe.ask(post(2, ''), never), fault('PIPE_ENDED', /exit status 3/));
    });
  });

  it('stops the run when it gives no answer in time', async () => {
    await piped(
      '',
      (pipe) => assert.rejects(pipe.ask(post(1, ''), never), fault('PIPE_TIMEOUT', /within 0.05 s/)),
      {
        deadlineMs: 50,
      },
    );
  });

  it("stops the run when it can't be started", async () => {
    await piped(
      '',
      (pipe) =>
        assert.rejects(pipe.ask(post(1, ''), never), fault('PIPE_NOT_STARTED', /there is no such program/)),
      { words: ['/nowhere/at-all'] },
    ).catch((error) => assert.fail(error));
  });

  it('stops the run when an answer is wrong, with the path of the fault', async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["answer('')", /message 1: it is not JSON/],
      ["answer('[]')", /the answer must be an object/],
      ['answer(line.replace(\'"text":""\', \'"text":1\'))', /text must be a text/],
      ['answer(line.replace(\'"id":1\', \'"id":2\'))', /id must be as it was/],
    ];
    for (const [body, message] of wrong) {
      await piped(body, (pipe) =>
        assert.rejects(pipe.ask(post(1, ''), never), fault('PIPE_ANSWER', message)),
      );
    }
  });

  it('stops the run when it writes a line that was not asked for', async () => {
    const body = "process.stdout.write(line + '\\n' + line + '\\n')";
    await piped(body, async (pipe) => {
      await pipe.ask(post(1, ''), never);
      await assert.rejects(pipe.ask(post(1, ''), never), fault('PIPE_ANSWER', /not asked for/));
    });
  });

  it('is left at once when the run is interrupted', async () => {
    const stop = new AbortController();
    await piped('', async (pipe) => {
      const asked = pipe.ask(post(1, ''), stop.signal);
      stop.abort(new Error('stopped'));
      await assert.rejects(asked, /stopped/);
    });
  });

  it('leaves no process behind, not even a child that ignores the end of its input', async (context) => {
    const file = join(temporaryFolder(context), 'pid');
    const child = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
    const body = `
      const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'ignore' });
      child.unref();
      require('fs').writeFileSync(${JSON.stringify(file)}, String(child.pid));
      answer(line);`;
    writeFileSync(file, '');
    await piped(body, (pipe) => pipe.ask(post(1, ''), never));
    const pid = Number(readFileSync(file, 'utf8'));
    assert.ok(pid > 0);
    // The system buries a killed process when it gets around to it.
    while (isRunning(pid)) await setImmediate();
  });
});

/** A zombie, which nobody has waited for, doesn't run. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return !/^(?:Z|$)/.test(stdout.trim());
}

describe('the words of a command', () => {
  it('are parted as a shell would, and nothing is expanded', () => {
    assert.deepEqual(commandWords(`jq  -c '.text |= "a b"' "x \\"y\\" \\n" a\\ b $HOME *`), [
      'jq',
      '-c',
      '.text |= "a b"',
      'x "y" \\n',
      'a b',
      '$HOME',
      '*',
    ]);
    assert.deepEqual(commandWords(`a'b'"c" ''`), ['abc', '']);
  });

  it('are refused when a quote is not closed, or there is none', () => {
    assert.throws(() => commandWords("a 'b"), /has a ' that is never closed/);
    assert.throws(() => commandWords('a\\'), /ends with a backslash/);
    assert.throws(() => commandWords('  '), /names no program/);
  });
});
