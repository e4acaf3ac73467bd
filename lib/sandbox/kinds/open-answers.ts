import type { Api } from 'telegram/tl/index.js';
import type { PeerId } from '../world/peer-id.js';
import { ANSWERS, readAnswer } from './input-poll.js';
import { type Reading, refusal } from './kind.js';
import { isClosed, type Poll, type PollAnswer } from './poll.js';

/** How long somebody may take back their own answer, in seconds: help.getAppConfig, poll_answer_delete_period. */
export const ANSWER_DELETE_PERIOD = 300;

/**
 * A new answer to an open poll (core.telegram.org/api/poll#open-answer-polls). Telegram publishes no refusals for it; these
 * are the ones of votes and new polls: MESSAGE_POLL_CLOSED, POLL_ANSWERS_INVALID for a poll that isn't open or has as many
 * answers as it can, POLL_ANSWER_INVALID for an empty or long text.
 */
export function addAnswer(scene: Reading, poll: Poll, input: Api.TypePollAnswer): PollAnswer {
  if (isClosed(poll, scene.now)) throw refusal('MESSAGE_POLL_CLOSED');
  if (!poll.openAnswers || poll.answers.length >= ANSWERS.most) throw refusal('POLL_ANSWERS_INVALID');
  const answer: PollAnswer = {
    ...readAnswer(scene, input, freeOption(poll)),
    added: { by: scene.me.id, at: scene.now },
  };
  poll.answers = [...poll.answers, answer];
  return answer;
}

/**
 * Takes an added answer away with its votes: the poll's author any, others their own for a while (TDLib:
 * can_delete_poll_option). MESSAGE_POLL_CLOSED, OPTION_INVALID.
 */
export function deleteAnswer(
  poll: Poll,
  option: Buffer,
  { me, isAuthor, now }: { readonly me: PeerId; readonly isAuthor: boolean; readonly now: number },
): PollAnswer {
  if (isClosed(poll, now)) throw refusal('MESSAGE_POLL_CLOSED');
  const answer = poll.answers.find((each) => each.option.equals(option));
  const added = answer?.added;
  const isRecent = added?.by === me && now < added.at + ANSWER_DELETE_PERIOD;
  if (!answer || !added || !(isAuthor || isRecent)) throw refusal('OPTION_INVALID');
  poll.answers = poll.answers.filter((each) => each !== answer);
  const key = option.toString('hex');
  for (const [voter, { options, at }] of [...poll.votes]) {
    const kept = options.filter((each) => each !== key);
    if (kept.length === 0) poll.votes.delete(voter);
    else poll.votes.set(voter, { options: kept, at });
  }
  return answer;
}

/** Options are never used again, so that a vote can't mean another answer. */
function freeOption({ answers, votes }: Poll): Buffer {
  const used = new Set([
    ...answers.map(({ option }) => option.toString('hex')),
    ...[...votes.values()].flatMap(({ options }) => options),
  ]);
  for (let number = answers.length; ; number += 1) {
    const option = Buffer.from(String(number));
    if (!used.has(option.toString('hex'))) return option;
  }
}
