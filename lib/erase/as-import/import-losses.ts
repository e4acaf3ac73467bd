/** What an imported history lacks of what is archived; each name with the words that people read. */
export const IMPORT_LOSSES = {
  formatting: 'lose their formatting and the links behind words',
  reply: 'no longer point to the message that they answer',
  reactions: 'lose their reactions',
  album: 'stand alone instead of in an album',
  caption: 'get their caption as a message of its own',
  forward: 'no longer say where they were forwarded from',
  buttons: 'lose their buttons',
  split: 'are too long, and become several',
  animated_sticker: 'become an emoji in place of an animated sticker',
  no_file: 'have a file that was not kept here, and say only what it was',
  damaged: 'have a kept file that is damaged or out of reach of this machine, and say only what it was',
  words: 'become words: polls, places, contacts and the like',
  service: "are Telegram's own notes, and are left out",
  empty: 'hold nothing that an import could show, and are left out',
} as const;

export type ImportLoss = keyof typeof IMPORT_LOSSES;

/** How many messages have each loss. */
export class LossCounts {
  readonly #counts = new Map<ImportLoss, number>();

  add(losses: Iterable<ImportLoss>): void {
    for (const loss of new Set(losses)) this.#counts.set(loss, (this.#counts.get(loss) ?? 0) + 1);
  }

  of(loss: ImportLoss): number {
    return this.#counts.get(loss) ?? 0;
  }

  /** In the order of IMPORT_LOSSES. */
  entries(): readonly (readonly [ImportLoss, number])[] {
    const names = Object.keys(IMPORT_LOSSES) as ImportLoss[];
    return names.flatMap((name) => {
      const count = this.of(name);
      return count === 0 ? [] : [[name, count] as const];
    });
  }
}
