import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { CommandContext } from '../../../lib/cli/command.js';
import { confirmErase } from '../../../lib/cli/erase/confirm-erase.js';

const TITLE = `Old "group" $(echo run) \`echo run\` it's \\ !`;

function contextOf(isTTY: boolean): { readonly context: CommandContext; readonly stdin: PassThrough } {
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
  const output = { streams: { stderr: new PassThrough().resume() } };
  const { signal } = new AbortController();
  return { context: { stdin, output, signal } as unknown as CommandContext, stdin };
}

test('the words that a refusal offers for pasting say the title to a shell, whatever is in it', async () => {
  const { context } = contextOf(false);
  const error: unknown = await confirmErase(context, { id: 1, title: TITLE, count: 3 }, undefined).catch(
    (reason: unknown) => reason,
  );
  const { message } = error as Error;
  const [, words = ''] = /confirm with --confirm (.*) 3\. Nothing was deleted\.$/s.exec(message) ?? [];
  assert.equal(execFileSync('/bin/sh', ['-c', `printf %s ${words}`], { encoding: 'utf8' }), TITLE);
});

test('an end of input in place of an answer is refused in a sentence that says that nothing was deleted', async () => {
  const { context, stdin } = contextOf(true);
  const asking = confirmErase(context, { id: 1, title: 'Group', count: 3 }, undefined);
  stdin.end();
  await assert.rejects(asking, {
    code: 'NO_ANSWER',
    message: "Standard input ended before the chat's title was given: use --confirm. Nothing was deleted.",
  });
});

test('a wrong title is refused before the number is asked for', async () => {
  const { context, stdin } = contextOf(true);
  const asking = confirmErase(context, { id: 1, title: 'Group', count: 3 }, undefined);
  stdin.write('Grou\r');
  await assert.rejects(asking, {
    code: 'ERASE_UNCONFIRMED',
    message: "The chat's title is another one: 'Group'. Nothing was deleted.",
  });
});
