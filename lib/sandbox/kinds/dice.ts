import { Api } from 'telegram/tl/index.js';
import { type MediaKind, type Reading, refusal } from './kind.js';

export interface Dice {
  readonly kind: 'dice';
  readonly emoticon: string;
  /** 1 to the number of its sides; 0 while a stake is being decided. */
  readonly value: number;
}

export const dice: MediaKind<Dice> = {
  show: (_scene, { value, emoticon }) => new Api.MessageMediaDice({ value, emoticon }),
};

/** The emoji of core.telegram.org/api/dice, each with the number of its values. */
const SIDES: Readonly<Record<string, number>> = { '🎲': 6, '🎯': 6, '🎳': 6, '🏀': 5, '⚽': 5, '🎰': 64 };

/** The server draws the value. EMOTICON_INVALID. */
export function readDice({ random }: Reading, { emoticon }: Api.InputMediaDice): Dice {
  const sides = SIDES[emoticon.replace('\uFE0F', '')];
  if (sides === undefined) throw refusal('EMOTICON_INVALID');
  return { kind: 'dice', emoticon, value: random.integer(1, sides) };
}
