import { counted, dateWords, moneyWords, named } from '../cards/words.js';
import { cardOr } from './card.js';
import type { Planner } from './planner.js';

/** Only the bot that made a game can send it. */
export const planGame: Planner<'game'> = ({ title }, post, means) =>
  cardOr(means, 'game', named('game', title), post);

/** Only bots send invoices. What somebody has to pay for is never quoted. */
export const planInvoice: Planner<'invoice'> = ({ title, price }, post, means) =>
  cardOr(means, 'invoice', `${named('invoice', title)}, ${moneyWords(price)}`, post);

export const planGiveaway: Planner<'giveaway'> = ({ quantity, until, ...prize }, post, means) => {
  const drawn = `winners drawn on ${dateWords(until)}`;
  return cardOr(means, 'giveaway', `giveaway: ${prizeWords(prize, quantity)}, ${drawn}`, post);
};

export const planGiveawayResults: Planner<'giveaway_results'> = ({ winnerCount, ...prize }, post, means) =>
  cardOr(means, 'giveaway', `giveaway results: ${prizeWords(prize, winnerCount)}`, post);

/** Only who streams can start a live stream, and it exists only while it is on the air. */
export const planVideoStream: Planner<'video_stream'> = (_, post, means) =>
  cardOr(means, 'video_stream', 'live stream', post);

/** The value was drawn by Telegram, and would be drawn again. */
export const planDice: Planner<'dice'> = ({ emoji, value }, post, means) =>
  cardOr(means, 'dice', `dice ${emoji} ${value}`, post);

/** A kind that is newer than this version: Telegram's own word for it may be all there is. */
export const planUnknown: Planner<'unknown'> = (_, post, means) =>
  cardOr(means, 'unsupported', 'message of a newer kind', post);

interface Prize {
  readonly months?: number;
  readonly stars?: string;
  readonly description?: string;
}

function prizeWords({ months, stars, description }: Prize, winners: number): string {
  const prizes = [
    ...(months === undefined ? [] : [`Telegram Premium for ${counted(months, 'month')}`]),
    ...(stars === undefined ? [] : [counted(stars, 'Star')]),
    ...(description ? [named('a prize', description)] : []),
  ];
  const what = prizes.length > 0 ? prizes.join(' and ') : 'a prize';
  return `${what} for ${counted(winners, 'winner')}`;
}
