import type { FormattedText } from './text.js';
import type { Unknown } from './unknown.js';

export interface PollMedia<Media> {
  readonly kind: 'poll';
  readonly id: string;
  readonly question: FormattedText;
  readonly answers: readonly PollAnswer<Media>[];
  readonly results: PollResults<Media>;
  readonly media?: Media;
  readonly quiz?: true;
  readonly closed?: true;
  /** Everybody sees who voted for what. */
  readonly publicVoters?: true;
  readonly multiple?: true;
  /** Voters may add answers. */
  readonly openAnswers?: true;
  readonly noRevoting?: true;
  readonly shuffled?: true;
  readonly resultsHiddenUntilClosed?: true;
  /** This account made it. */
  readonly own?: true;
  readonly subscribersOnly?: true;
  /** Two-letter codes; absent for everywhere. */
  readonly countries?: readonly string[];
  /** For how many seconds it is open. */
  readonly period?: number;
  /** When it closes, in unix seconds. */
  readonly closesAt?: number;
}

export type PollAnswer<Media> = StoredPollAnswer<Media> | Unknown;

export interface StoredPollAnswer<Media> extends FormattedText {
  /** The server's name for it, in base64; absent in an answer that no server has seen. */
  readonly option?: string;
  readonly media?: Media;
  /** The voter who added it. */
  readonly addedBy?: number;
  /** When it was added, in unix seconds. */
  readonly addedAt?: number;
}

export interface PollResults<Media> {
  /** Absent while this account may not see them. */
  readonly answers?: readonly AnswerResult[];
  readonly voters?: number;
  readonly recentVoters?: readonly number[];
  /** What a quiz says about its answer. */
  readonly solution?: FormattedText;
  readonly solutionMedia?: Media;
  /** This account's own votes are missing. */
  readonly partial?: true;
  readonly unreadVotes?: true;
  readonly statistics?: true;
}

export interface AnswerResult {
  readonly option: string;
  readonly voters?: number;
  /** This account chose it. */
  readonly chosen?: true;
  /** The right answer of a quiz; known only to somebody who has voted, or once it is closed. */
  readonly correct?: true;
  readonly recentVoters?: readonly number[];
}
