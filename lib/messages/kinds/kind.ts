import type { Reduction, SkipReason } from '../losses.js';

/** What becomes of a kind of message, or of a detail of one, each outcome with a sentence for people. */
export const OUTCOMES = {
  same: 'It is created again as it is; the losses listed with it occur in some messages only.',
  near: 'Something near takes its place; the losses by name.',
  card: 'A card, one short text that says what stood there, takes its place.',
  skip: 'It is left out: a kind of message is skipped and counted, a detail is missing from the copy.',
} as const satisfies Record<string, string>;

export type Outcome = keyof typeof OUTCOMES;

/** The options that change an outcome, each with a sentence for people. */
export const OPTIONS = {
  '--allow-protected': 'Copies chats and messages whose owner has restricted saving and forwarding them.',
  '--append-missed': 'Sends, at the end of the target, what earlier runs had to leave out.',
  '--attribution':
    'Adds author, date, origin and a link as a line at the top or at the bottom (none, header, footer).',
  '--buttons': 'Writes buttons that open a link as lines of links, or drops them (text, drop).',
  '--cards': 'Writes cards, or skips and counts what would have become one (on, off).',
  '--create-target': "Creates the target with the source's kind, title, photo, description and topics.",
  '--long': 'Splits a text that is too long for this account, or makes its message fail (split, fail).',
  '--reply-fallback': 'Stands in for a reply to a message that has no copy (quote, link, none).',
  '--service': 'Skips and counts service messages, or writes them as cards (skip, card).',
  '--strip': 'Removes links, mentions or hashtags from the text.',
  '--via': 'Chooses how messages get to the target (stream, reference, forward, auto).',
  '--with-profile': "Gives the target the source's title, photo and description.",
} as const satisfies Record<`--${string}`, string>;

export type Option = keyof typeof OPTIONS;

interface Common {
  /** One plain sentence for people. */
  readonly sentence: string;
  readonly options?: readonly Option[];
  /** Of some messages of this kind nothing can be created again: a card takes their place, for these reasons. */
  readonly otherwise?: readonly SkipReason[];
}

interface Same extends Common {
  readonly outcome: 'same';
  /** Details that some messages lose. */
  readonly losses?: readonly Reduction[];
}

interface Near extends Common {
  readonly outcome: 'near';
  readonly losses: readonly [Reduction, ...Reduction[]];
}

interface Card extends Common {
  readonly outcome: 'card';
  /** The reason under which the message is counted when no cards are written. */
  readonly reason: SkipReason;
}

interface Skip extends Common {
  readonly outcome: 'skip';
  /** The reason under which a message of this kind is counted. */
  readonly reason?: SkipReason;
  /** The names under which a missing detail is counted. */
  readonly losses?: readonly Reduction[];
}

export type Kind = Same | Near | Card | Skip;

/** The options that change what becomes of it; every card can be switched off. */
export function optionsOf({ outcome, otherwise, options = [] }: Kind): readonly Option[] {
  return outcome === 'card' || otherwise ? [...options, '--cards'] : options;
}

/** Kinds by the name of their constructor, or of a constructor's field, as the client library spells it. */
export type KindTable = Readonly<Record<string, Kind>>;
