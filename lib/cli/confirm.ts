import { UsageError } from '../base/errors.js';
import type { CommandContext } from './command.js';
import { plain } from './plain.js';
import { Prompter } from './prompt.js';

export interface Confirmation {
  /** What will happen, as a sentence: shown before the question, and in the refusal when nobody can be asked. */
  readonly warning: string;
  /** The text to type. */
  readonly answer: string;
  /** The question, as in "Type forget to continue". */
  readonly noun: string;
  /** A stable code for the refusal. */
  readonly code: string;
  /** What to do instead, as a sentence. */
  readonly instead?: string;
}

/**
 * Lets a person at a terminal confirm something that can't be undone by typing `answer`. --yes confirms it beforehand;
 * without --yes and without a terminal it is refused.
 */
export async function confirm(context: CommandContext, confirmation: Confirmation): Promise<void> {
  const { warning, answer, noun, code, instead } = confirmation;
  if (context.flags['yes'] === true) return;
  const { stdin, output, signal } = context;
  const prompter = new Prompter({ stdin, terminal: output.streams.stderr }, signal);
  const refuse = (why: string): UsageError =>
    new UsageError(code, [warning, why, instead].filter((each) => each !== undefined).join(' '));
  if (!prompter.interactive) throw refuse('Nobody can be asked here: if you want that, say --yes.');
  output.note(warning);
  try {
    const typed = await prompter.ask({ noun: 'confirmation', shown: noun, hidden: false, fix: 'say --yes' });
    if (typed.trim() !== plain(answer).trim()) throw refuse('The answer was different, so nothing was done.');
  } finally {
    prompter.close();
  }
}
