import type { Media } from '../../messages/document/media.js';
import type { PollAnswer, PollMedia, PollResults } from '../../messages/document/poll.js';
import { fields, ignored, type Rule, type Rules, same } from './rule.js';

const EXACT = same('attributes');
const VOTES = ignored('People gave their votes to the original.');

/** Every field of a poll. `whole` compares media without the names of its files. */
export function pollRules(whole: <Value>() => Rule<Value>): Rules<PollMedia<Media>> {
  const results: Rules<PollResults<Media>> = {
    answers: VOTES,
    voters: VOTES,
    recentVoters: VOTES,
    solution: EXACT,
    solutionMedia: whole(),
    partial: VOTES,
    unreadVotes: VOTES,
    statistics: VOTES,
  };
  return {
    kind: ignored('Compared before: both are polls.'),
    id: ignored('It names the poll at Telegram, and a copy is another one.'),
    question: EXACT,
    answers: same('attributes', (answers) => answers.map(shownAnswer)),
    results: fields('attributes', results),
    media: whole(),
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

function shownAnswer(answer: PollAnswer<Media>): unknown {
  if ('kind' in answer) return answer.name;
  return { text: answer.text, entities: answer.entities, media: answer.media?.kind };
}
