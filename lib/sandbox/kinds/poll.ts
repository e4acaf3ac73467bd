import { createHash } from 'node:crypto';
import { Api } from 'telegram/tl/index.js';
import { onlySet } from '../flags.js';
import { toLong } from '../tl.js';
import type { StyledText } from '../world/entity.js';
import type { PeerId } from '../world/peer-id.js';
import { type Attachment, showAttachment } from './attachment.js';
import type { MediaKind, Showing } from './kind.js';

/** A message with a poll. All messages with the same poll share it: a forwarded one, and the copies of one message. */
export interface PollMedia {
  readonly kind: 'poll';
  readonly poll: Poll;
  readonly attached?: Attachment;
}

export interface Poll {
  readonly id: bigint;
  /** The account that created it. */
  readonly creator: number;
  readonly question: StyledText;
  /** In the order in which they were sent. */
  answers: readonly PollAnswer[];
  readonly quiz?: boolean;
  readonly multipleChoice?: boolean;
  readonly publicVoters?: boolean;
  readonly openAnswers?: boolean;
  readonly revotingDisabled?: boolean;
  readonly shuffleAnswers?: boolean;
  readonly hideResultsUntilClose?: boolean;
  readonly subscribersOnly?: boolean;
  readonly countries?: readonly string[];
  /** In seconds. */
  readonly closePeriod?: number;
  /** Unix time in seconds. */
  readonly closeDate?: number;
  /** Shown to those who have voted. */
  readonly solution?: StyledText & { readonly media?: Attachment };
  closed?: boolean;
  /** By voter, oldest first; the options are those of `answers`, as hexadecimal. */
  readonly votes: Map<PeerId, Vote>;
}

export interface PollAnswer extends StyledText {
  readonly option: Buffer;
  readonly media?: Attachment;
  /** Who added it later, and when (Unix time in seconds). */
  readonly added?: { readonly by: PeerId; readonly at: number };
  /** In a quiz. */
  readonly correct?: boolean;
  /** Votes of people who have no account here. */
  readonly crowd?: number;
}

export interface Vote {
  readonly options: readonly string[];
  /** Unix time in seconds. */
  readonly at: number;
}

export const poll: MediaKind<PollMedia> = {
  show: (scene, media) =>
    new Api.MessageMediaPoll({
      poll: tlPoll(scene, media.poll),
      results: tlResults(scene, media.poll),
      ...(media.attached ? { attachedMedia: showAttachment(scene, media.attached) } : {}),
    }),
  peers: ({ poll: { publicVoters, votes, answers, question, solution } }) => [
    ...(publicVoters ? recent(votes.keys()) : []),
    ...answers.flatMap(({ added }) => added?.by ?? []),
    ...[question, ...answers, ...(solution ? [solution] : [])].flatMap(({ entities }) =>
      entities.flatMap(({ userId }) => userId ?? []),
    ),
  ],
};

/** Whether nobody can vote any more, at `now` in Unix time in seconds. */
export function isClosed({ closed, closeDate }: Poll, now: number): boolean {
  return closed === true || (closeDate !== undefined && closeDate <= now);
}

/** The poll itself, which differs between accounts only in who created it. */
export function tlPoll(scene: Showing, poll: Poll): Api.Poll {
  const { quiz, multipleChoice, publicVoters, openAnswers, revotingDisabled, shuffleAnswers } = poll;
  const { hideResultsUntilClose, subscribersOnly, closePeriod, closeDate, countries } = poll;
  return new Api.Poll({
    id: toLong(poll.id),
    ...onlySet({ quiz, multipleChoice, publicVoters, openAnswers, revotingDisabled, shuffleAnswers }),
    ...onlySet({ hideResultsUntilClose, subscribersOnly }),
    ...onlySet({ closed: isClosed(poll, scene.now), creator: poll.creator === scene.viewer }),
    question: styled(scene, poll.question),
    answers: poll.answers.map((answer) => tlAnswer(scene, answer)),
    ...(closePeriod === undefined ? {} : { closePeriod }),
    ...(closeDate === undefined ? {} : { closeDate }),
    ...(countries ? { countriesIso2: [...countries] } : {}),
    hash: toLong(markOf(poll)),
  });
}

export function tlAnswer(scene: Showing, { option, media, added, ...text }: PollAnswer): Api.PollAnswer {
  return new Api.PollAnswer({
    text: styled(scene, text),
    option,
    ...(media ? { media: showAttachment(scene, media) } : {}),
    ...(added ? { addedBy: scene.peer(added.by), date: added.at } : {}),
  });
}

/**
 * The results as the viewer may see them: numbers only after their own vote or the end, and not before the end if the
 * poll hides them; the right answers and the explanation in the same way.
 */
export function tlResults(scene: Showing, poll: Poll): Api.PollResults {
  const closed = isClosed(poll, scene.now);
  const own = poll.votes.get(scene.viewer);
  const open = closed || (own !== undefined && !poll.hideResultsUntilClose);
  const recentVoters = recent(poll.votes.keys()).map((voter) => scene.peer(voter));
  const { solution } = poll;
  return new Api.PollResults({
    ...onlySet({ canViewStats: poll.creator === scene.viewer }),
    ...(open || own ? { results: poll.answers.map((answer) => tlVoters(scene, poll, answer, open)) } : {}),
    totalVoters: votersOf(poll),
    ...(open && poll.publicVoters && recentVoters.length > 0 ? { recentVoters } : {}),
    ...(open && solution
      ? {
          solution: solution.text,
          solutionEntities: scene.entities(solution.entities),
          ...(solution.media ? { solutionMedia: showAttachment(scene, solution.media) } : {}),
        }
      : {}),
  });
}

function tlVoters(scene: Showing, poll: Poll, answer: PollAnswer, open: boolean): Api.PollAnswerVoters {
  const { option, crowd = 0, correct } = answer;
  const key = option.toString('hex');
  const voters = [...poll.votes].filter(([, { options }]) => options.includes(key)).map(([voter]) => voter);
  const recentVoters = poll.publicVoters ? recent(voters).map((voter) => scene.peer(voter)) : [];
  return new Api.PollAnswerVoters({
    ...onlySet({ chosen: voters.includes(scene.viewer), correct: open && correct }),
    option,
    ...(open ? { voters: voters.length + crowd, recentVoters } : {}),
  });
}

const RECENT = 3;

/** The newest voters, newest first. */
function recent(voters: Iterable<PeerId>): PeerId[] {
  return [...voters].slice(-RECENT).reverse();
}

/** People, not votes: of a crowd with several choices at least as many as the most popular answer has. */
function votersOf({ votes, answers, multipleChoice }: Poll): number {
  const crowd = answers.map(({ crowd: count = 0 }) => count);
  const people = multipleChoice ? Math.max(0, ...crowd) : crowd.reduce((sum, count) => sum + count, 0);
  return votes.size + people;
}

function styled(scene: Showing, { text, entities }: StyledText): Api.TextWithEntities {
  return new Api.TextWithEntities({ text, entities: scene.entities(entities) });
}

/** Changes when the poll does: clients compare it. */
function markOf({ id, answers, closed }: Poll): bigint {
  const options = answers.map(({ option }) => option.toString('hex')).join();
  return createHash('sha256').update(`${id}/${options}/${closed}`).digest().readBigInt64LE(0);
}
