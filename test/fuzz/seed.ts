import { randomInt } from 'node:crypto';
import fc from 'fast-check';

/** Seeds fast-check for one file of fuzz tests, and prints the seed: FUZZ_SEED=… replays it. */
export function seedFuzz(): number {
  const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
  process.stdout.write(`fuzz seed: FUZZ_SEED=${seed}\n`);
  fc.configureGlobal({ seed });
  return seed;
}

/**
 * Things that a stranger may write into a name: terminal commands, line ends, log lines, paths, marks that change the
 * direction of text.
 */
export const nastyText = (): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '\u001b[2J',
          '\u001b]0;title\u0007',
          '\u009b31m',
          '\u0000',
          '\r\n',
          '\n{"level":"error","event":"forged"}\n',
          '../../../etc/passwd',
          '/tmp/telepi-escape',
          'C:\\windows',
          '\u202e',
          '\u2066',
          '\u2028',
          '\ud800',
          '%s%n$(id)`id`',
          '__proto__',
        ),
        fc.string({ unit: 'binary', maxLength: 20 }),
      ),
      { maxLength: 6 },
    )
    .map((pieces) => pieces.join(''));

/** The text of an error as it reaches the user: one line, and not too long to read. */
export function isOneSentence(message: string): boolean {
  return message.length > 0 && message.length < 2_000;
}

/** Anything that a terminal would obey, or that would begin a line of its own. */
export const UNSAFE_OUTPUT = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
