import type { Api } from 'telegram/tl/index.js';
import type { Message, Quote } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import { badRequest, type MethodContext } from './context.js';
import { styledText } from './message-text.js';

/** What of the answered message is answered: quoted words, a task, an answer of a poll. */
export interface AnsweredPart {
  readonly quote: Quote | undefined;
  readonly task?: number;
  readonly pollOption?: Buffer;
}

/** help.getAppConfig: quote_length_max. */
const LONGEST_QUOTE = 1024;
/** The formats that quoted words keep (TDLib: inputTextQuote). */
const FORMATS = new Set(['bold', 'italic', 'underline', 'strike', 'spoiler', 'customEmoji', 'date']);

/**
 * QUOTE_TEXT_INVALID for words that aren't in the answered message, which needs no right offset; POLL_OPTION_INVALID
 * for an option that its poll doesn't have. A task that the list doesn't have is ignored.
 */
export function answeredPart(
  context: MethodContext,
  me: Account,
  { replyToMsgId, quoteText, quoteOffset, quoteEntities, todoItemId, pollOption }: Api.InputReplyToMessage,
  { answeredIn, peer }: { readonly answeredIn: PeerId; readonly peer: PeerId },
): AnsweredPart {
  if (!quoteText && !todoItemId && !pollOption) return { quote: undefined };
  const answered = context.world.messagesWith(me.id, answeredIn).find(({ id }) => id === replyToMsgId);
  const { media } = answered ?? {};
  if (
    pollOption &&
    !(media?.kind === 'poll' && media.poll.answers.some(({ option }) => option.equals(pollOption)))
  ) {
    throw badRequest('POLL_OPTION_INVALID');
  }
  const isTask = media?.kind === 'checklist' && media.tasks.some(({ id }) => id === todoItemId);
  return {
    quote: quoteText ? quoteOf(answered, quoteText, quoteOffset ?? 0, entities(quoteText)) : undefined,
    ...(isTask && todoItemId ? { task: todoItemId } : {}),
    ...(pollOption ? { pollOption } : {}),
  };

  function entities(text: string) {
    return styledText(context, me, text, quoteEntities, peer).entities.filter(({ kind }) =>
      FORMATS.has(kind),
    );
  }
}

function quoteOf(
  answered: Message | undefined,
  text: string,
  offset: number,
  entities: Quote['entities'] & object,
): Quote {
  if (text.length > LONGEST_QUOTE || !answered?.text.includes(text)) throw badRequest('QUOTE_TEXT_INVALID');
  return { text, offset, ...(entities.length > 0 ? { entities } : {}) };
}
