import type { PeerId } from '../world/peer-id.js';
import { refusal } from './kind.js';
import { isClosed, type Poll } from './poll.js';

/**
 * One account's vote (messages.sendVote); no options take it back. MESSAGE_POLL_CLOSED, OPTION_INVALID,
 * OPTIONS_TOO_MUCH, REVOTE_NOT_ALLOWED in a quiz or where the poll forbids it. `now`: Unix time in seconds.
 */
export function vote(poll: Poll, voter: PeerId, options: readonly Buffer[], now: number): void {
  if (isClosed(poll, now)) throw refusal('MESSAGE_POLL_CLOSED');
  const chosen = [...new Set(options.map((option) => option.toString('hex')))];
  const known = new Set(poll.answers.map(({ option }) => option.toString('hex')));
  if (chosen.some((option) => !known.has(option))) throw refusal('OPTION_INVALID');
  if (chosen.length > 1 && !poll.multipleChoice) throw refusal('OPTIONS_TOO_MUCH');
  const final = poll.quiz || poll.revotingDisabled;
  if (final && poll.votes.has(voter)) throw refusal('REVOTE_NOT_ALLOWED');
  poll.votes.delete(voter);
  if (chosen.length > 0) poll.votes.set(voter, { options: chosen, at: now });
}
