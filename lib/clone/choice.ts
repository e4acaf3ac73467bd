import type { MessageDocument } from '../messages/document/document.js';
import type { Means } from '../messages/recreate/means.js';
import type { SelectionReason } from '../messages/selection/reasons.js';
import type { Selection } from '../messages/selection/selection.js';
import { type Content, contentOf } from '../messages/tl/content.js';
import { documentOf } from '../messages/tl/document/document.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import type { Chat } from '../telegram/chat.js';
import type { Rehearsal } from './rehearsal.js';
import type { HistoryUnit, Unit } from './units.js';

interface ChoiceOptions {
  readonly source: Pick<Chat, 'id' | 'kind'>;
  readonly selection?: Selection | undefined;
  readonly means: Means;
  readonly rehearsal?: Rehearsal | undefined;
}

/** Decides for each message of a run whether the selection takes it. Each message is looked at once, with its album. */
export class Choice {
  readonly #options: ChoiceOptions;
  readonly #reasons = new WeakMap<HistoryMessage, SelectionReason | 'selected'>();

  constructor(options: ChoiceOptions) {
    this.#options = options;
  }

  /** How a message of the unit is cloned, or why it is skipped: by the selection first, then by its kind. */
  contentOf(unit: Unit, message: HistoryMessage): Content {
    const content = this.lookAt(unit, message);
    this.#options.rehearsal?.noteContent(message, content);
    return content;
  }

  /** As contentOf, for a message that is only counted: a dry run doesn't note it. */
  lookAt(unit: Unit, message: HistoryMessage): Content {
    const reason = this.reasonOf(unit, message);
    return reason === undefined ? contentOf(message, this.#options.means) : { kind: 'skip', reason };
  }

  /** Why the selection leaves a message of the unit out; undefined when it is selected. */
  reasonOf(unit: Unit, message: HistoryMessage): SelectionReason | undefined {
    const { selection } = this.#options;
    if (!selection || selection.takesAll) return undefined;
    if (!this.#reasons.has(message)) this.#decide(unit, selection);
    const reason = this.#reasons.get(message);
    return reason === 'selected' ? undefined : reason;
  }

  #decide({ messages }: Unit, selection: Selection): void {
    const { id: chat, kind } = this.#options.source;
    const context = { self: selection.account, chat, isForum: kind === 'forum' };
    const album: MessageDocument[] = messages.map((message) => documentOf(message, context));
    for (const [index, message] of messages.entries()) {
      const document = album[index];
      const reason = document && selection.reasonOf(document, { album });
      this.#reasons.set(message, reason ?? 'selected');
    }
  }
}

/** How many messages are left out by one write to the ledger, at most. */
const MOST_TOGETHER = 100;

/** A unit of the history that may consist of several, all of which the selection leaves out. */
export interface ChosenUnit extends HistoryUnit {
  readonly leftOut: boolean;
}

/** Joins units that the selection leaves out and that follow each other, so that they are recorded together. */
export function joinLeftOut(units: readonly HistoryUnit[], choice: Choice): readonly ChosenUnit[] {
  const joined: ChosenUnit[] = [];
  for (const unit of units) {
    const { messages, upTo } = unit;
    const leftOut = messages.every((message) => choice.reasonOf(unit, message) !== undefined);
    const last = joined.at(-1);
    if (leftOut && last?.leftOut && last.messages.length + messages.length <= MOST_TOGETHER) {
      joined[joined.length - 1] = { leftOut, upTo, messages: [...last.messages, ...messages] };
    } else joined.push({ leftOut, upTo, messages });
  }
  return joined;
}
