import { counted, named, oneLine } from '../cards/words.js';
import type { Media } from '../document/media.js';
import type { PollMedia, StoredPollAnswer } from '../document/poll.js';
import type { FormattedText } from '../document/text.js';
import type { Reduction } from '../losses.js';
import { attachmentOf } from './attachment.js';
import { cardOr } from './card.js';
import { lostInside } from './emoji.js';
import type { Means } from './means.js';
import type { PlannedAnswer, PollFlag, PollPlan, Spot } from './plan.js';
import type { Planner } from './planner.js';

type Poll = PollMedia<Media>;

/** How many answers a poll has (help.getAppConfig: poll_answers_max). */
const FEWEST_ANSWERS = 2;
/** A poll that closes sooner than this is closed by hand, in seconds: Telegram refuses a time that is too near. */
const SOON = 60;

/**
 * A poll starts again without its votes. What its new chat doesn't allow is left out and counted: core.telegram.org/api/poll
 * and TDLib's checks say what that is.
 */
export const planPoll: Planner<'poll'> = (poll, post, means) => {
  const answers = poll.answers.filter(isStored);
  const isWhole = answers.length === poll.answers.length && answers.length >= FEWEST_ANSWERS;
  if (!isWhole || means.refused || means.target === 'private' || means.target === 'direct_messages') {
    return cardOr(means, 'poll', cardWords(poll, answers), post);
  }
  const lost: Reduction[] = [];
  const attach = <Whole extends object>(
    whole: Whole,
    media: Media | undefined,
    spot: Spot,
  ): Whole & Pick<PlannedAnswer, 'attached'> => {
    const attached = attachmentOf(media, spot, lost);
    return { ...whole, ...(attached && { attached }) };
  };
  const right = rightAnswers(poll, answers);
  const isQuiz = poll.quiz === true && right.length > 0;
  const { solution, solutionMedia } = poll.results;
  const planned: PollPlan = {
    kind: 'poll',
    ...attach({}, poll.media, 'poll'),
    question: poll.question,
    answers: answers.map(({ text, entities, media }, index) =>
      attach({ text, entities }, media, `answer-${index}`),
    ),
    flags: flagsOf(poll, isQuiz, means, lost),
    ...(poll.countries && means.target === 'channel' && { countries: poll.countries }),
    ...(isQuiz && {
      quiz: attach({ right, ...(solution && { solution }) }, solutionMedia, 'solution'),
    }),
    ...(poll.quiz && !isQuiz && { note: NOTE }),
    ...closing(poll, means),
  };
  if (poll.quiz && !isQuiz) lost.push('quiz_answer');
  if (poll.countries && means.target !== 'channel') lost.push('poll_audience');
  if (hasVotes(poll, answers)) lost.push('votes');
  const texts = [poll.question, ...answers, ...(isQuiz && solution ? [solution] : [])];
  return { ...planned, losses: [...lost, ...lostInside(texts, means)] };
};

const NOTE = '[a quiz whose right answer is not known]';

function isStored(answer: Poll['answers'][number]): answer is StoredPollAnswer<Media> {
  return 'text' in answer;
}

/** Known to somebody who has voted, and once the quiz is closed. */
function rightAnswers({ results }: Poll, answers: readonly StoredPollAnswer<Media>[]): number[] {
  const right = new Set((results.answers ?? []).flatMap(({ option, correct }) => (correct ? [option] : [])));
  return answers.flatMap(({ option }, index) => (option !== undefined && right.has(option) ? [index] : []));
}

function flagsOf(poll: Poll, isQuiz: boolean, { target }: Means, lost: Reduction[]): PollPlan['flags'] {
  const isChannel = target === 'channel';
  const flags: Partial<Record<PollFlag, true>> = {};
  for (const flag of ['multiple', 'noRevoting', 'shuffled', 'resultsHiddenUntilClosed'] as const) {
    if (poll[flag]) flags[flag] = true;
  }
  if (poll.publicVoters && isChannel) lost.push('poll_public');
  else if (poll.publicVoters) flags.publicVoters = true;
  if (poll.openAnswers && (isChannel || isQuiz || !flags.publicVoters)) lost.push('poll_open');
  else if (poll.openAnswers) flags.openAnswers = true;
  if (poll.subscribersOnly && !isChannel) lost.push('poll_audience');
  else if (poll.subscribersOnly) flags.subscribersOnly = true;
  return flags;
}

/** One that was open for a time is open for as long again; another closes when the source's does. */
function closing(
  { closed, period, closesAt }: Poll,
  { now }: Means,
): Pick<PollPlan, 'period' | 'closesAt' | 'closes'> {
  if (closed || (closesAt !== undefined && closesAt < now() + SOON)) return { closes: true };
  if (period !== undefined) return { period };
  return closesAt === undefined ? {} : { closesAt };
}

function hasVotes({ results }: Poll, answers: readonly StoredPollAnswer<Media>[]): boolean {
  const voted = (results.answers ?? []).some(({ voters = 0, chosen }) => voters > 0 || chosen);
  return voted || (results.voters ?? 0) > 0 || answers.some(({ addedBy }) => addedBy !== undefined);
}

/** The question and the answers, with their votes as far as this account sees them. */
function cardWords({ quiz, question, results }: Poll, answers: readonly FormattedAnswer[]): string {
  const votes = new Map((results.answers ?? []).map(({ option, voters }) => [option, voters]));
  const lines = answers.map(({ text, option = '' }) => {
    const voters = votes.get(option);
    return `– ${oneLine(text)}${voters === undefined ? '' : `: ${counted(voters, 'vote')}`}`;
  });
  return [named(quiz ? 'quiz' : 'poll', question.text), ...lines].join('\n');
}

type FormattedAnswer = FormattedText & Pick<StoredPollAnswer<Media>, 'option'>;
