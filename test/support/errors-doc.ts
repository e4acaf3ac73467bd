import { join } from 'node:path';
import { CALLS, DEEDS, type ErrorRule } from '../../lib/refusals/rule.js';
import { BY_CODE, ERROR_TABLE, GENERAL_RULES } from '../../lib/refusals/table.js';
import { repositoryRoot } from './paths.js';

export const ERRORS_DOC = join(repositoryRoot, 'lib/refusals/ERRORS.md');

/** lib/refusals/ERRORS.md, as the table of errors makes it. */
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
    `## Any other error\n\nA name that is not above is judged by its code.\n\n${HEAD}\n${rest.map(row).join('\n')}\n`,
    LONE,
  ].join('\n')}\n`;
}

const INTRODUCTION = `# Telegram's errors, and what TelePi does about each

Made from the table in \`lib/refusals\` by \`npm run errors-doc\`; a test compares the two. The table is read by the retries (\`lib/pace/classify.ts\`), by the clone (\`lib/clone/verdicts.ts\`) and by
what users read (\`lib/telegram/telegram-error.ts\`), and every line of it is tried on a real clone or login by
\`test/clone/clone-errors.test.ts\` and \`test/telegram/login-errors.test.ts\`.

The name decides, whatever code comes along. X stands for a number, \`*\` for any letters. What passes (waits, bad
moments, references, parts, moves) never makes a message fail, except as the end of this page says; what stays never is repeated.
`;

const LONE = `## A 500 that one message alone meets

Action \`repeat\` waits, since a server's bad moment passes. A file or text that the servers break at does not pass, and
must not stop a job. So the calls of one message (\`lib/clone/server-faults.ts\`) are looked into when they have been
answered with nothing but 500s for one minute, for three, and for ten:

1. A probe is called that has to do with no message, and that nobody sees: for messages.uploadMedia, sendMedia and
   sendMultiMedia a small file of TelePi's own is uploaded and goes through messages.uploadMedia; for upload.getFile that
   file is read back, too; for messages.sendMessage it is messages.setTyping in the target.
2. If the probe gets a 500 too, or no answer, the trouble is the server's: the call is waited out as any other, and after
   ten minutes the run stops before the message (TELEGRAM_FAILING).
3. If the probe is answered well, the message's uploads are replaced: they are made the server's by messages.uploadMedia,
   under a new file_id where the old one may have been used up. An upload that an earlier call, of this run or one before,
   may have used is looked into at its first 500, and replaced at its first MEDIA_EMPTY, FILE_PARTS_INVALID or other
   refusal of media.
4. If there is nothing to replace, and the very next attempt gets a 500 again, the message fails with that as its reason, and
   the next one goes on; a thumbnail that can't be read is left out. Where the probe doesn't go quite the same way (that is,
   for all but messages.uploadMedia, and upload.getFile at the home DC), this is decided after the ten minutes only, and for
   three messages in a row at most, over runs too, with none of their kind (with a file, or without) sent in between: the
   fourth stops the run.`;

const HEAD = '| error | code | on | action | what the user reads |\n| --- | --- | --- | --- | --- |';

function row({ name, code, on, action, sentence }: ErrorRule): string {
  return `| ${name === 'any other' ? name : `\`${name}\``} | ${code || ''} | ${on} | ${action} | ${sentence} |`;
}
