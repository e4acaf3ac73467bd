import type { Media } from '../../messages/document/media.js';
import type { AnswerResult, PollAnswer, PollMedia, PollResults } from '../../messages/document/poll.js';
import { elsewhere, fields, ignored, type Place, type Rule, type Rules, same } from './rule.js';
import { styled } from './styled.js';

const EXACT = same('attributes');
const VOTES = ignored('People gave their votes to the original.');

/** Every field of a poll. `media`: how media are compared. */
export function pollRules(media: Rule<Media>): Rules<PollMedia<Media>> {
  const results: Rules<PollResults<Media>> = {
    answers: elsewhere(
      'compareRight: a poll and its copy have other names for their answers. The rest are votes.',
    ),
    voters: VOTES,
    recentVoters: VOTES,
    solution: styled,
    solutionMedia: media,
    partial: VOTES,
    unreadVotes: VOTES,
    statistics: VOTES,
  };
  return {
    kind: ignored('Compared before: both are polls.'),
    id: ignored('It names the poll at Telegram, and a copy is another one.'),
    question: styled,
    answers: {
      compare(source = [], copy = [], at) {
        same('attributes', lengthOf).compare(source, copy, { ...at, path: `${at.path}.length` });
        for (const [index, answer] of source.slice(0, copy.length).entries()) {
          const place = { ...at, path: `${at.path}.${index}` };
          const other = copy[index];
          if (!other || 'kind' in answer || 'kind' in other) continue;
          styled.compare(answer, other, place);
          media.compare(answer.media, other.media, { ...place, path: `${place.path}.media` });
        }
      },
    },
    results: fields('attributes', results),
    media,
    quiz: EXACT,
    closed: EXACT,
    publicVoters: EXACT,
    multiple: EXACT,
    openAnswers: EXACT,
    noRevoting: EXACT,
    shuffled: EXACT,
    resultsHiddenUntilClosed: EXACT,
    own: ignored("It is this account's own state."),
    subscribersOnly: EXACT,
    countries: EXACT,
    period: ignored('The time runs from when the poll was sent.'),
    closesAt: ignored('The time runs from when the poll was sent.'),
  };
}

/**
 * The right answers of a quiz, by their places among the answers. They are compared when both sides show them: this
 * account sees them once it has voted, or the quiz is closed.
 */
export function compareRight(source: PollMedia<Media>, copy: PollMedia<Media>, at: Place): void {
  const [wanted, shown] = [rightIn(source), rightIn(copy)];
  if (wanted.length === 0 || shown.length === 0) return;
  same<readonly number[]>('attributes').compare(wanted, shown, {
    ...at,
    path: `${at.path}.answers.correct`,
  });
}

function rightIn({ answers, results }: PollMedia<Media>): readonly number[] {
  const right = new Set((results.answers ?? []).filter(isRight).map(({ option }) => option));
  return answers.flatMap((answer, index) =>
    'option' in answer && answer.option !== undefined && right.has(answer.option) ? [index] : [],
  );
}

function isRight({ correct }: AnswerResult): boolean {
  return correct === true;
}

function lengthOf(answers: readonly PollAnswer<Media>[]): number {
  return answers.length;
}
