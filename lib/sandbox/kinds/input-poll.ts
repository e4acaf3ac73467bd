import { Api } from 'telegram/tl/index.js';
import { onlySet } from '../flags.js';
import type { Entity, StyledText } from '../world/entity.js';
import { type Attachment, readAttachment } from './attachment.js';
import { type Reading, refusal } from './kind.js';
import type { Poll, PollAnswer, PollMedia } from './poll.js';

/** help.getAppConfig: poll_answers_max, and the lengths in UTF-16 units that TDLib checks. */
export const ANSWERS = { least: 2, most: 12 } as const;
const LONGEST = { question: 300, answer: 100, option: 100, solution: 200 } as const;
/** help.getAppConfig: poll_close_period_max, a month. */
const CLOSES_IN = { least: 5, most: 2_628_000 } as const;

/**
 * A new poll. Refuses with POLL_QUESTION_INVALID, POLL_ANSWERS_INVALID (too few, too many), POLL_ANSWER_INVALID (empty,
 * too long), POLL_OPTION_INVALID, POLL_OPTION_DUPLICATE, QUIZ_CORRECT_ANSWERS_EMPTY, QUIZ_CORRECT_ANSWERS_TOO_MUCH,
 * QUIZ_CORRECT_ANSWER_INVALID, BROADCAST_PUBLIC_VOTERS_FORBIDDEN, and with MEDIA_INVALID where the chat takes no polls
 * (a private chat with a person) or not such ones: core.telegram.org/api/poll and TDLib's checks.
 */
export function readPoll(scene: Reading, input: Api.InputMediaPoll): PollMedia {
  checkPlace(scene, input.poll);
  const question = named(scene, input.poll.question, LONGEST.question, 'POLL_QUESTION_INVALID');
  const answers = answersOf(scene, input);
  const { quiz, multipleChoice, publicVoters, openAnswers, revotingDisabled, shuffleAnswers } = input.poll;
  const { hideResultsUntilClose, subscribersOnly, countriesIso2 } = input.poll;
  const poll: Poll = {
    id: scene.random.bytes(8).readBigInt64LE(0),
    creator: scene.me.id,
    question,
    answers,
    ...onlySet({ quiz, multipleChoice, publicVoters, openAnswers, revotingDisabled, shuffleAnswers }),
    ...onlySet({ hideResultsUntilClose, subscribersOnly }),
    ...(countriesIso2?.length ? { countries: countriesIso2 } : {}),
    ...closingOf(scene, input.poll),
    ...(quiz ? solutionOf(scene, input) : {}),
    votes: new Map(),
  };
  const { attachedMedia } = input;
  return {
    kind: 'poll',
    poll,
    ...(attachedMedia ? { attached: readAttachment(scene, attachedMedia) } : {}),
  };
}

/** An answer with the bytes that name it. POLL_ANSWER_INVALID. */
export function readAnswer(scene: Reading, answer: Api.TypePollAnswer, option: Buffer): PollAnswer {
  const { media } = answer;
  const attached: Attachment | undefined =
    answer instanceof Api.InputPollAnswer && media
      ? readAttachment(scene, media as Api.TypeInputMedia)
      : undefined;
  return {
    ...named(scene, answer.text, LONGEST.answer, 'POLL_ANSWER_INVALID'),
    option,
    ...(attached ? { media: attached } : {}),
  };
}

function checkPlace({ target, me }: Reading, poll: Api.TypePoll): void {
  const { publicVoters, openAnswers, subscribersOnly, countriesIso2, quiz, closed } = poll;
  const channel = target.kind === 'broadcast';
  if (target.kind === 'user' || target.kind === 'monoforum') throw refusal('MEDIA_INVALID');
  if (publicVoters && channel) throw refusal('BROADCAST_PUBLIC_VOTERS_FORBIDDEN');
  if (openAnswers && (channel || !publicVoters || quiz)) throw refusal('MEDIA_INVALID');
  if ((subscribersOnly || countriesIso2?.length) && !channel) throw refusal('MEDIA_INVALID');
  if (closed && me.kind !== 'bot') throw refusal('MEDIA_INVALID');
}

function answersOf(scene: Reading, input: Api.InputMediaPoll): PollAnswer[] {
  const { answers } = input.poll;
  if (answers.length < ANSWERS.least || answers.length > ANSWERS.most) throw refusal('POLL_ANSWERS_INVALID');
  const options = answers.map(optionOf);
  if (options.some(({ length }) => length < 1 || length > LONGEST.option))
    throw refusal('POLL_OPTION_INVALID');
  if (new Set(options.map((option) => option.toString('hex'))).size < options.length) {
    throw refusal('POLL_OPTION_DUPLICATE');
  }
  const correct = input.poll.quiz ? correctOf(input) : new Set<number>();
  return answers.map((answer, index) => ({
    ...readAnswer(scene, answer, options[index] ?? Buffer.alloc(0)),
    ...(correct.has(index) ? { correct: true } : {}),
  }));
}

/** Clients of older layers choose the bytes of an option; else the server does. */
function optionOf(answer: Api.TypePollAnswer, index: number): Buffer {
  return answer instanceof Api.PollAnswer ? answer.option : Buffer.from(String(index));
}

function correctOf({ correctAnswers, poll }: Api.InputMediaPoll): Set<number> {
  const correct = correctAnswers ?? [];
  if (correct.length === 0) throw refusal('QUIZ_CORRECT_ANSWERS_EMPTY');
  if (correct.length > 1 && !poll.multipleChoice) throw refusal('QUIZ_CORRECT_ANSWERS_TOO_MUCH');
  const valid = correct.every((index) => index >= 0 && index < poll.answers.length);
  if (!valid || new Set(correct).size < correct.length) throw refusal('QUIZ_CORRECT_ANSWER_INVALID');
  return new Set(correct);
}

function solutionOf(scene: Reading, input: Api.InputMediaPoll): Pick<Poll, 'solution'> {
  const { solution, solutionEntities, solutionMedia } = input;
  if (!solution && !solutionMedia) return {};
  const text = scene.styled(solution ?? '', solutionEntities);
  if (text.text.length > LONGEST.solution) throw refusal('MESSAGE_TOO_LONG');
  return {
    solution: { ...text, ...(solutionMedia ? { media: readAttachment(scene, solutionMedia) } : {}) },
  };
}

/** close_period and close_date exclude each other: MEDIA_INVALID. */
function closingOf({ now }: Reading, poll: Api.TypePoll): Pick<Poll, 'closePeriod' | 'closeDate'> {
  const { closePeriod, closeDate } = poll;
  if (!closePeriod && !closeDate) return {};
  const seconds = closePeriod || (closeDate ?? 0) - now;
  if ((closePeriod && closeDate) || seconds < CLOSES_IN.least || seconds > CLOSES_IN.most) {
    throw refusal('MEDIA_INVALID');
  }
  return closePeriod ? { closePeriod, closeDate: now + closePeriod } : { closeDate: closeDate ?? 0 };
}

/** Of the entities, a question and an answer keep custom emoji alone (core.telegram.org/constructor/poll). */
function named(scene: Reading, text: Api.TypeTextWithEntities, longest: number, error: string): StyledText {
  if (text.text.trim() === '' || text.text.length > longest) throw refusal(error);
  const styled = scene.styled(text.text, text.entities);
  return { text: styled.text, entities: styled.entities.filter(isCustomEmoji) };
}

function isCustomEmoji({ kind }: Entity): boolean {
  return kind === 'customEmoji';
}
