import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Prompter } from '../../lib/cli/prompt.js';

interface Stage {
  readonly prompter: Prompter;
  readonly controller: AbortController;
  type(text: string): void;
  end(): void;
  shown(): string;
}

function stage(isTTY: boolean): Stage {
  const raw: boolean[] = [];
  const keyboard = Object.assign(new PassThrough(), { isTTY, setRawMode: (on: boolean) => raw.push(on) });
  const terminal = new PassThrough();
  let text = '';
  terminal.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const controller = new AbortController();
  const stdin = keyboard as unknown as NodeJS.ReadStream;
  return {
    prompter: new Prompter({ stdin, terminal }, controller.signal),
    controller,
    type: (keys) => keyboard.write(keys),
    end: () => keyboard.end(),
    shown: () => text,
  };
}

const phone = { noun: 'phone number', hidden: false, fix: 'set TG_PHONE' };
const password = { noun: 'two-step password', hint: 'the horse', hidden: true, fix: 'set TG_PASSWORD' };

test('on a terminal the question is shown and the answer echoed, unless it is hidden', async () => {
  const { prompter, type, shown } = stage(true);
  const first = prompter.ask(phone);
  type('+4915\u007f51\r');
  assert.equal(await first, '+49151');
  const second = prompter.ask(password);
  type('s3crXt\u007f\u007fet\r');
  assert.equal(await second, 's3cret');
  const third = prompter.ask(phone);
  type('+1\r');
  assert.equal(await third, '+1');
  prompter.close();
  assert.ok(shown().includes('phone number: '));
  assert.ok(shown().includes('+4915'));
  assert.ok(shown().includes('two-step password (the horse): \n'));
  assert.doesNotMatch(shown(), /s3|cr|et\b/);
});

test('without a terminal each question takes the next line, and shows nothing', async () => {
  const { prompter, type, end, shown } = stage(false);
  type('+49151\r\n12345\n pass word \n');
  end();
  assert.equal(await prompter.ask(phone), '+49151');
  assert.equal(await prompter.ask({ ...phone, noun: 'login code' }), '12345');
  assert.equal(await prompter.ask(password), ' pass word ');
  await assert.rejects(prompter.ask(password), {
    code: 'NO_ANSWER',
    exitStatus: 2,
    message: 'Standard input ended before the two-step password was given: set TG_PASSWORD.',
  });
  prompter.close();
  assert.equal(shown(), '');
});

test('a question that is a sentence is shown as it is, and what it asks for is named when input ends', async () => {
  const { prompter, end, shown } = stage(true);
  const asking = prompter.ask({
    noun: 'confirmation',
    shown: 'Type yes to continue',
    hidden: false,
    fix: 'say --yes',
  });
  end();
  await assert.rejects(asking, {
    message: 'Standard input ended before the confirmation was given: say --yes.',
  });
  prompter.close();
  assert.equal(shown(), 'Type yes to continue: ');
});

test('the last line needs no line break, and later questions find lines that came early', async () => {
  const { prompter, type, end } = stage(false);
  const first = prompter.ask(phone);
  type('one\ntw');
  assert.equal(await first, 'one');
  const second = prompter.ask(phone);
  type('o');
  end();
  assert.equal(await second, 'two');
  prompter.close();
});

test('Ctrl-C on a terminal still acts as the signal', async () => {
  const { prompter, type, controller } = stage(true);
  const answer = prompter.ask(phone);
  const signalled = once(process, 'SIGINT');
  // Waiting for a signal keeps no process alive.
  const awake = setInterval(() => undefined, 1000);
  type('12\u0003');
  await signalled;
  clearInterval(awake);
  const reason = new Error('stopped by the user');
  controller.abort(reason);
  await assert.rejects(answer, reason);
  prompter.close();
});

test('an abort ends a question at once, and a later question does not begin', async () => {
  const { prompter, controller } = stage(false);
  const answer = prompter.ask(phone);
  controller.abort(new Error('stop'));
  await assert.rejects(answer, /stop/);
  await assert.rejects(prompter.ask(phone), /stop/);
  prompter.close();
});

test("a hint from the server can't control the terminal", async () => {
  const { prompter, type, shown } = stage(true);
  const asked = prompter.ask({ ...password, hint: 'my \u001b[2J\u001b]0;owned\u0007dog\nlogin: ' });
  type('secret\r');
  assert.equal(await asked, 'secret');
  assert.match(shown(), /^two-step password \(my \[2J\]0;owneddog login: \): /);
  assert.ok(!shown().includes('\u001b]') && !shown().includes('\u0007'));
  prompter.close();
});
