import { join } from 'node:path';
import { CALLS, DEEDS, type ErrorRule } from '../../lib/refusals/rule.js';
import { BY_CODE, ERROR_TABLE, GENERAL_RULES } from '../../lib/refusals/table.js';
import { repositoryRoot } from './paths.js';

export const ERRORS_DOC = join(repositoryRoot, 'lib/refusals/ERRORS.md');

/** lib/refusals/ERRORS.md as generated from the table of errors. */
export function errorsDoc(): string {
  const actions = Object.entries(DEEDS).map(([action, words]) => `| ${action} | ${words} |`);
  const calls = Object.entries(CALLS).map(([group, methods]) => `| ${group} | ${methods.join(', ')} |`);
  const subjects = Object.entries(ERROR_TABLE).map(
    ([subject, rules]) => `## ${subject}\n\n${HEAD}\n${rules.map(row).join('\n')}\n`,
  );
  const rest = [...GENERAL_RULES, ...Object.values(BY_CODE)];
  return `${[
    INTRODUCTION,
    `## What is done\n\n| action | |\n| --- | --- |\n${actions.join('\n')}\n`,
    `## The calls\n\n| group | methods |\n| --- | --- |\n${calls.join('\n')}\n`,
    ...subjects,
    `## Any other error\n\nFor a name that is not listed above, the code decides.\n\n${HEAD}\n${rest.map(row).join('\n')}\n`,
    LONE,
  ].join('\n')}\n`;
}

const INTRODUCTION = `# Telegram's errors, and what TelePi does about each

Generated from the table in \`lib/refusals\` by \`npm run errors-doc\`; a test compares the two. The retries
(\`lib/refusals/classify.ts\`), the clone (\`lib/clone/verdicts.ts\`) and the sentences for users
(\`lib/refusals/telegram-error.ts\`) read the same table. \`test/clone/clone-errors.test.ts\` and
\`test/telegram/login-errors.test.ts\` try every line of it on a real clone or login.

The name decides, whatever code comes with it. X stands for a number, \`*\` for any letters. Temporary trouble (waits, bad
moments, expired references, missing parts, moves to another DC) never makes a message fail, except as the end of this page
says. A permanent error is never retried.
`;

const LONE = `## When a single message keeps getting a 500

The action \`repeat\` waits, because a server's bad moment is short. But a file or text on which the servers themselves
fail will never succeed, and must not stop a job. So TelePi investigates the calls of one message
(\`lib/clone/server-faults.ts\`) when they have been answered with nothing but 500s for one minute, for three, and for ten:

1. It makes a probe call that concerns no message and that nobody sees. For messages.uploadMedia, sendMedia and
   sendMultiMedia, it uploads a small file of its own and passes it to messages.uploadMedia; for upload.getFile, it also
   reads that file back; for messages.sendMessage, it calls messages.setTyping in the target.
2. If the probe gets a 500 too, or no answer, the server is in trouble: TelePi keeps repeating the call as usual, and after
   ten minutes the run stops before the message (TELEGRAM_FAILING).
3. If the probe succeeds, the message's uploads are replaced: messages.uploadMedia makes them files of the server's, under a
   new file_id where the old one may have been used up. An upload that an earlier call of this or a previous run may have
   used is investigated at its first 500, and replaced at its first MEDIA_EMPTY, FILE_PARTS_INVALID or other refusal of
   media.
4. If there is nothing to replace, and the very next attempt gets a 500 again, the message fails for that reason, and the run
   continues with the next one; a thumbnail that can't be read is left out. Where the probe is not quite the same call (for
   everything but messages.uploadMedia, and upload.getFile at the home DC), this is decided only after the ten minutes, and
   for at most three messages in a row, across runs too, with none of their kind (with a file, or without) sent in between:
   the fourth stops the run.`;

const HEAD = '| error | code | on | action | what the user reads |\n| --- | --- | --- | --- | --- |';

function row({ name, code, on, action, sentence }: ErrorRule): string {
  return `| ${name === 'any other' ? name : `\`${name}\``} | ${code || ''} | ${on} | ${action} | ${sentence} |`;
}
