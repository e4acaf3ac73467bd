import type { Message } from '../../lib/sandbox/world/message.js';
import { expectedOf, isEmpty, isForwardable } from './expected.js';
import type { JobView } from './job-view.js';
import { composed } from './oracle-text.js';
import { textOf } from './painted.js';
import { LEFT_OUT } from './program.js';
import type { MessageRecord } from './records.js';

/** Throws unless the ledger has a reason for a message without a copy, and the source and the words of the run justify it. */
export function assertLeftOut(view: JobView, message: Message, row: MessageRecord | undefined): void {
  const { id } = message;
  // A process that ends before the source does leaves the rest to the next one.
  if (view.asked.last?.ends && (!row || row.state === 'planned')) {
    assertUnread(view, message);
    return;
  }
  if (!row) throw new Error(`The ledger has forgotten message ${id}.`);
  const { state, reason = '' } = row;
  if (state === 'skipped' && SELECTED.has(reason)) {
    assertNotChosen(view, message, reason);
    return;
  }
  const isRight =
    state === 'skipped'
      ? isSkippable(view, message, reason)
      : state === 'failed' && mayFail(view, message, reason);
  if (!isRight) throw new Error(`Message ${id} is ${state}, for the reason "${reason}".`);
}

/** The reasons of a selection. */
const SELECTED: ReadonlySet<string> = new Set([
  'before_since',
  'after_until',
  'below_from_id',
  'above_to_id',
  'not_kind',
  'excluded_kind',
  'not_match',
  'not_filter',
  'not_sender',
  'not_topic',
  'too_small',
  'too_large',
]);

/** The reasons of a message itself, besides those of cards. */
const OWN_REASONS = ['service', 'empty', 'left_out', 'emptied', 'card'];

/** It lies beyond the last process's end, or beyond its limit. */
function assertUnread({ asked: { last }, postOf }: JobView, message: Message): void {
  if (last?.environment['SELECT_LIMIT'] !== undefined) return;
  if (last?.takes(message, postOf(message)) === false) return;
  throw new Error(`The ledger has forgotten message ${message.id}.`);
}

/** Some process was not to clone it; the last one wasn't either, or wasn't to append what was missed. */
function assertNotChosen(view: JobView, message: Message, reason: string): void {
  const { asked, postOf } = view;
  const post = postOf(message);
  const { choices, last } = asked;
  const isLeftOut = choices.some((choice) => choice.takes(message, post) !== true);
  const isMissed = last?.appendMissed === true && last.takes(message, post) === true;
  // What would be left out anyway keeps its first reason.
  if (isLeftOut && (!isMissed || OWN_REASONS.some((own) => isSkippable(view, message, own)))) return;
  throw new Error(
    `Message ${message.id} is skipped, for the reason "${reason}", though it was to be cloned.`,
  );
}

function isSkippable(view: JobView, message: Message, reason: string): boolean {
  const { around } = view;
  const { ways } = around;
  switch (reason) {
    case 'service':
      return message.action !== undefined && (ways.service === 'skip' || saysNothing(message));
    case 'empty':
      return isEmpty(message);
    case 'left_out':
      return ways.pipe !== 'none' && ownWords(view, message).includes(LEFT_OUT);
    case 'emptied':
      return (ways.strip || ways.replace || ways.replaceRegex) && ownWords(view, message).trim() === '';
    case 'rich_message':
      return message.rich !== undefined && !(ways.via === 'forward');
  }
  if (message.action || message.rich || (ways.via === 'forward' && isForwardable(message, around)))
    return false;
  const { card } = expectedOf(message, view.lookOf(message), around);
  return ways.cards === 'off' && card !== undefined && (card.reason === reason || reason === 'card');
}

/** Only a text that is too long, if the person wants it so. */
function mayFail({ lookOf, around }: JobView, message: Message, reason: string): boolean {
  if (around.ways.long !== 'fail' || message.action || message.rich) return false;
  const { media, text } = expectedOf(message, lookOf(message), around);
  const isText = media === undefined || ('kind' in media && media.kind === 'webpage');
  const [own, telegrams] = isText
    ? ['text_too_long', 'message_too_long']
    : ['caption_too_long', 'media_caption_too_long'];
  if (reason !== own && reason !== telegrams) return false;
  // A text that is too long only in UTF-16 units, not in characters, is sent: the server says what it thinks of it.
  const length = reason === own ? [...text.text].length : text.text.length;
  // What is added to it counts, too.
  return length + MOST_ADDED > limitsOf(around.ways.premium)[isText ? 'text' : 'caption'];
}

const MOST_ADDED = 700;

/** core.telegram.org/api/config, in UTF-16 units. */
export function limitsOf(isPremium: boolean): { readonly text: number; readonly caption: number } {
  return isPremium ? { text: 8192, caption: 4096 } : { text: 4096, caption: 1024 };
}

/** Its text as the program is given it. */
function ownWords({ lookOf, around, nameOf }: JobView, message: Message): string {
  if (message.action || message.rich) return '';
  const { text } = expectedOf(message, lookOf(message), around);
  const rules = { ways: { ...around.ways, pipe: 'none', buttons: 'drop' }, message } as const;
  const shown = {
    ...rules,
    author: nameOf(undefined),
    isHead: true,
    lostReply: undefined,
    linkName: (url: string) => url,
  };
  return textOf(composed(text, '', shown));
}

function saysNothing({ action }: Message): boolean {
  return action?.kind === 'shown' && action.data._ === 'MessageActionEmpty';
}
