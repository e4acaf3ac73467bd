import { Api } from 'telegram/tl/index.js';
import type { Attachment, PollPlan } from '../../recreate/plan.js';
import { toLong } from '../long.js';
import { tlEntities, tlText } from './entities.js';

/**
 * A new poll (inputMediaPoll). Its answers have no names yet (inputPollAnswer): the server gives them. As TDLib does, the
 * poll has neither id nor hash.
 */
export function pollInput(
  { question, answers, flags, countries, period, closesAt, attached, quiz }: PollPlan,
  media: (attached: Attachment) => Api.TypeInputMedia | undefined,
): Api.InputMediaPoll {
  const { multiple, noRevoting, shuffled, resultsHiddenUntilClosed, ...named } = flags;
  const poll = new Api.Poll({
    id: toLong(0),
    hash: toLong(0),
    question: tlText(question),
    answers: answers.map((answer) => {
      const file = answer.attached && media(answer.attached);
      return new Api.InputPollAnswer({ text: tlText(answer), ...(file && { media: file }) });
    }),
    ...named,
    ...(multiple && { multipleChoice: true }),
    ...(noRevoting && { revotingDisabled: true }),
    ...(shuffled && { shuffleAnswers: true }),
    ...(resultsHiddenUntilClosed && { hideResultsUntilClose: true }),
    ...(quiz && { quiz: true }),
    ...(countries && { countriesIso2: [...countries] }),
    ...(period !== undefined && { closePeriod: period }),
    ...(closesAt !== undefined && { closeDate: closesAt }),
  });
  const own = attached && media(attached);
  const explaining = quiz?.attached && media(quiz.attached);
  return new Api.InputMediaPoll({
    poll,
    ...(own && { attachedMedia: own }),
    ...(quiz && { correctAnswers: [...quiz.right] }),
    ...(quiz?.solution && {
      solution: quiz.solution.text,
      solutionEntities: tlEntities(quiz.solution.entities),
    }),
    ...(explaining && { solutionMedia: explaining }),
  });
}
