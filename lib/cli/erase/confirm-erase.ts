import { UsageError } from '../../base/errors.js';
import type { CommandContext } from '../command.js';
import { plain } from '../plain.js';
import { Prompter } from '../prompt.js';

/** What `--confirm "TITLE" COUNT` says. */
export interface Confirmed {
  readonly title: string;
  readonly count: string;
}

/** The words behind `telepi erase run`: the plan, and with --confirm the count, which stands behind its title. */
export interface RunWords {
  readonly path: string;
  readonly confirmed: Confirmed | undefined;
}

/** @throws UsageError USAGE */
export function readRunWords({ flags }: CommandContext, words: readonly string[]): RunWords {
  const title = flags['confirm'] as string | undefined;
  const needed = title === undefined ? 1 : 2;
  if (words.length === needed) {
    if (title === undefined) return { path: words[0] ?? '', confirmed: undefined };
    // The flag may stand in front of the plan, or behind it.
    const at = words.findLastIndex((word) => /^\d+$/.test(word));
    const count = words[at];
    if (count !== undefined) return { path: words[1 - at] ?? '', confirmed: { title, count } };
  }
  throw new UsageError(
    'USAGE',
    title === undefined
      ? 'Say which plan: telepi erase run and the file that telepi erase plan has written.'
      : '--confirm takes the title and the count, behind the plan: telepi erase run PLAN --confirm "TITLE" COUNT.',
  );
}

/**
 * Lets a person type the chat's title, or the id of one without, and the number of messages; or compares what --confirm says.
 * @throws UsageError ERASE_UNCONFIRMED
 */
export async function confirmErase(
  { stdin, output, signal }: CommandContext,
  { id, count, ...chat }: { readonly id: number; readonly title: string; readonly count: number },
  confirmed: Confirmed | undefined,
): Promise<void> {
  const shown = comparable(chat.title);
  // A title of which nothing can be seen would be confirmed by Enter.
  const [noun, title] = shown === '' ? ['id', String(id)] : ['title', shown];
  const prompter = new Prompter({ stdin, terminal: output.streams.stderr }, signal);
  if (!confirmed && !prompter.interactive) {
    throw unconfirmed(`Nobody can be asked here: confirm with --confirm ${shellQuoted(title)} ${count}.`);
  }
  try {
    const answer = async (given: string | undefined, what: string, shown: string): Promise<string> =>
      given ?? prompter.ask({ noun: what, shown, ...ENDED });
    const said = await answer(confirmed?.title, `chat's ${noun}`, `Type the chat's ${noun}`);
    if (comparable(said) !== title)
      throw unconfirmed(`The chat's ${noun} is another one: ${shellQuoted(title)}.`);
    const number = await answer(confirmed?.count, 'number of messages', "Type the plan's number of messages");
    if (number.trim() !== String(count)) throw unconfirmed("The plan's number of messages is another one.");
  } finally {
    if (!confirmed) prompter.close();
  }
}

const ENDED = { hidden: false, fix: 'use --confirm. Nothing was deleted' } as const;

/** As a person sees it: keyboards compose letters in their own way. */
function comparable(title: string): string {
  return plain(title).normalize('NFC').trim();
}

/** A title is somebody else's text: whoever pastes it into a shell must not run it. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function unconfirmed(why: string): UsageError {
  return new UsageError('ERASE_UNCONFIRMED', `${why} Nothing was deleted.`);
}
