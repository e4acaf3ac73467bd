import type { Media } from '../../messages/document/media.js';
import type { PollAnswer, PollMedia, PollResults } from '../../messages/document/poll.js';
import { fields, ignored, type Rule, type Rules, same } from './rule.js';
import { styled } from './styled.js';

const EXACT = same('attributes');
const VOTES = ignored('People gave their votes to the original.');

/** Every field of a poll. `media`: how media are compared. */
export function pollRules(media: Rule<Media>): Rules<PollMedia<Media>> {
  const results: Rules<PollResults<Media>> = {
    answers: VOTES,
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

function lengthOf(answers: readonly PollAnswer<Media>[]): number {
  return answers.length;
}
