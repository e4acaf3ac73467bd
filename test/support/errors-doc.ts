import { join } from 'node:path';
import { CALLS, DEEDS, type ErrorRule } from '../../lib/pace/telegram-errors/rule.js';
import { BY_CODE, ERROR_TABLE, GENERAL_RULES } from '../../lib/pace/telegram-errors/table.js';
import { repositoryRoot } from './paths.js';

export const ERRORS_DOC = join(repositoryRoot, 'lib/pace/ERRORS.md');

/** lib/pace/ERRORS.md, as the table of errors makes it. */
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
    `## Any other error\n\nA name that is not above is judged by its code.\n\n${HEAD}\n${rest.map(row).join('\n')}`,
  ].join('\n')}\n`;
}

const INTRODUCTION = `# Telegram's errors, and what TelePi does about each

Made from the table in \`lib/pace/telegram-errors\` by \`npm run errors-doc\`; a test compares the two. The table is read by the retries (\`lib/pace/classify.ts\`), by the clone (\`lib/clone/verdicts.ts\`) and by
what users read (\`lib/telegram/telegram-error.ts\`), and every line of it is tried on a real clone or login by
\`test/clone/clone-errors.test.ts\` and \`test/telegram/login-errors.test.ts\`.

The name decides, whatever code comes along. X stands for a number, \`*\` for any letters. What passes (waits, bad
moments, references, parts, moves) never makes a message fail; what stays never is repeated.
`;

const HEAD = '| error | code | on | action | what the user reads |\n| --- | --- | --- | --- | --- |';

function row({ name, code, on, action, sentence }: ErrorRule): string {
  return `| ${name === 'any other' ? name : `\`${name}\``} | ${code || ''} | ${on} | ${action} | ${sentence} |`;
}
