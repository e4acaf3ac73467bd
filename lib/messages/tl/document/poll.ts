import type { Api } from 'telegram/tl/index.js';
import type {
  AnswerResult,
  PollAnswer,
  PollMedia,
  PollResults,
  StoredPollAnswer,
} from '../../document/poll.js';
import { base64, flag, long, maybe, maybeList, maybePeer, peer, plain, present } from './fields.js';
import { formattedText, textWithEntities } from './text.js';
import { never, unknownOf } from './unknown.js';

type MediaOf<Media> = (media: Api.TypeMessageMedia) => Media | undefined;

/** A poll or quiz; `mediaOf` reads the media of its question, answers and solution. */
export function pollOf<Media>(
  { poll, results, attachedMedia }: Api.MessageMediaPoll,
  mediaOf: MediaOf<Media>,
): PollMedia<Media> {
  return present<PollMedia<Media>>({
    kind: 'poll',
    id: long(poll.id),
    question: textWithEntities(poll.question),
    answers: poll.answers.map((answer) => answerOf(answer, mediaOf)),
    results: resultsOf(results, mediaOf),
    media: maybe(attachedMedia, mediaOf),
    quiz: flag(poll.quiz),
    closed: flag(poll.closed),
    publicVoters: flag(poll.publicVoters),
    multiple: flag(poll.multipleChoice),
    openAnswers: flag(poll.openAnswers),
    noRevoting: flag(poll.revotingDisabled),
    shuffled: flag(poll.shuffleAnswers),
    resultsHiddenUntilClosed: flag(poll.hideResultsUntilClose),
    own: flag(poll.creator),
    subscribersOnly: flag(poll.subscribersOnly),
    countries: maybeList(poll.countriesIso2, String),
    period: plain(poll.closePeriod),
    closesAt: plain(poll.closeDate),
  });
}

/** An answer of a poll, in the poll itself and in the note that it was added or deleted. */
export function answerOf<Media>(answer: Api.TypePollAnswer, mediaOf: MediaOf<Media>): PollAnswer<Media> {
  switch (answer.className) {
    case 'PollAnswer':
      return present<StoredPollAnswer<Media>>({
        ...textWithEntities(answer.text),
        option: base64(answer.option),
        media: maybe(answer.media, mediaOf),
        addedBy: maybePeer(answer.addedBy),
        addedAt: plain(answer.date),
      });
    // Only requests have it.
    case 'InputPollAnswer':
      return unknownOf(answer);
    default:
      return never(answer);
  }
}

function resultsOf<Media>(results: Api.TypePollResults, mediaOf: MediaOf<Media>): PollResults<Media> {
  const { solution, solutionEntities } = results;
  return present<PollResults<Media>>({
    answers: maybeList(results.results, answerResultOf),
    voters: plain(results.totalVoters),
    recentVoters: maybeList(results.recentVoters, peer),
    solution: maybe(solution, (text) => formattedText(text, solutionEntities)),
    solutionMedia: maybe(results.solutionMedia, mediaOf),
    partial: flag(results.min),
    unreadVotes: flag(results.hasUnreadVotes),
    statistics: flag(results.canViewStats),
  });
}

function answerResultOf(result: Api.TypePollAnswerVoters): AnswerResult {
  return present<AnswerResult>({
    option: base64(result.option),
    voters: plain(result.voters),
    chosen: flag(result.chosen),
    correct: flag(result.correct),
    recentVoters: maybeList(result.recentVoters, peer),
  });
}
