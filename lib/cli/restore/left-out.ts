import type { LeftReason } from '../../erase/restore/archived-chat.js';
import type { Output } from '../output.js';
import { count } from '../progress/words.js';

/** The messages that a restore doesn't post, by their source ids. */
export class LeftOut {
  readonly #reasons = new Map<number, LeftReason>();
  readonly #rebuilt = new Set<number>();

  note(sourceId: number, reason: LeftReason): void {
    this.#reasons.set(sourceId, reason);
  }

  /** A message that is posted as its document says, without what only the TL has. */
  noteRebuilt(sourceId: number): void {
    this.#rebuilt.add(sourceId);
  }

  /** Whether something that was asked for is gone, and can't be posted. */
  get isLacking(): boolean {
    return [...this.#reasons.values()].some((reason) => !UNHARMED.has(reason));
  }

  show(output: Output, isDryRun: boolean): void {
    const counts: Partial<Record<LeftReason, number>> = {};
    for (const reason of this.#reasons.values()) counts[reason] = (counts[reason] ?? 0) + 1;
    const rebuilt = this.#rebuilt.size;
    output.record({ event: 'left', ...counts, ...(rebuilt > 0 && { rebuilt }), dryRun: isDryRun });
    if (rebuilt > 0) {
      const [what, they] = rebuilt === 1 ? ['1 message', 'its'] : [count(rebuilt, 'message'), 'their'];
      output.line(
        `${what} ${rebuilt === 1 ? 'is' : 'are'} known without the form in which Telegram sent ${rebuilt === 1 ? 'it' : 'them'}: ${they} text, file, author and date are restored, and nothing more.`,
      );
    }
    for (const [reason, many] of Object.entries(counts)) {
      const what = many === 1 ? '1 message' : count(many, 'message');
      output.line(`${what} ${WORDS[reason as LeftReason](many === 1)}.`);
    }
  }
}

/** They are in a chat all the same. */
const UNHARMED: ReadonlySet<LeftReason> = new Set(['still_there', 'imported']);

const WORDS: Readonly<Record<LeftReason, (isOne: boolean) => string>> = {
  still_there: (isOne) =>
    `${isOne ? 'is' : 'are'} still in the chat, and ${isOne ? 'was' : 'were'} left alone`,
  imported: (isOne) =>
    `${isOne ? 'was' : 'were'} brought by an import before, and ${isOne ? "isn't" : "aren't"} posted as well`,
  not_archived: (isOne) => `of the plan ${isOne ? 'was' : 'were'} never kept, and can't be restored`,
  damaged: (isOne) =>
    `of the archive ${isOne ? 'is' : 'are'} damaged and can't be posted: keep ${isOne ? 'it' : 'them'} again from a copy of the database`,
  no_raw: (isOne) =>
    `${isOne ? 'is' : 'are'} known from an import alone, with more than text and files, and can't be posted`,
  hidden: (isOne) =>
    `may still be in the chat and ${isOne ? "isn't" : "aren't"} posted: Telegram hides that part of its history from this account, and nobody has noted that ${isOne ? 'it was' : 'they were'} deleted`,
  copy_gone: (isOne) =>
    `${isOne ? 'was' : 'were'} posted before, and ${isOne ? 'is' : 'are'} gone again: \`telepi verify --restored\` with the same plan and --repair queues ${isOne ? 'it' : 'them'} for the next restore`,
  older_form: (isOne) =>
    `${isOne ? 'was' : 'were'} kept by an older TelePi in a form that this one can't read, and can't be posted: restore ${isOne ? 'it' : 'them'} with that version`,
  newer_form: (isOne) =>
    `${isOne ? 'was' : 'were'} kept by a newer TelePi in a form that this one can't read, and can't be posted: update TelePi`,
  cut_rich: (isOne) =>
    `${isOne ? 'is a rich message' : 'are rich messages'} of which Telegram had shown only the beginning, and can't be posted whole`,
};
