import type { Means } from '../../lib/messages/recreate/means.js';

/** An account with Premium that clones into a group, and writes cards. */
export const MEANS: Means = {
  target: 'group',
  premium: true,
  cards: true,
  serviceCards: false,
  now: () => 1_000,
};

export const WITHOUT_CARDS: Means = { ...MEANS, cards: false };
