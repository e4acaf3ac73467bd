import { join } from 'node:path';
import { REDUCTIONS, SKIP_REASONS } from '../../lib/messages/losses.js';
import { repositoryRoot } from './paths.js';

export const README = join(repositoryRoot, 'README.md');

const BEGIN = '<!-- Made by `npm run losses-doc` from lib/messages/losses.ts; a test compares the two. -->';
const END = '<!-- End of what is made. -->';

/** README.md with its list of losses as the tables of lib/messages/losses.ts make it. */
export function withLosses(readme: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no place for its losses: ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin)}${BEGIN}\n\n${losses()}\n${readme.slice(end)}`;
}

function losses(): string {
  return [table('skipped, by reason', SKIP_REASONS), table('what a copy lacks', REDUCTIONS)].join('\n');
}

function table(title: string, sentences: Readonly<Record<string, string>>): string {
  const rows = Object.entries(sentences).map(([name, sentence]) => `| \`${name}\` | ${sentence} |`);
  return `| ${title} | |\n| --- | --- |\n${rows.join('\n')}\n`;
}
