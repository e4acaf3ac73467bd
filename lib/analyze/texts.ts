import type { PostDocument } from '../messages/document/document.js';
import type { Reaction } from '../messages/document/reactions.js';
import type { FormattedText } from '../messages/document/text.js';
import { flatten } from '../messages/recreate/flatten.js';
import { emojiIn, shownForm } from './emoji.js';
import { domainOf, linksIn } from './links.js';
import { TopCounter } from './top-counter.js';
import { WordCounter } from './word-counter.js';
import { WordReader } from './words.js';

const MOST_WORDS = 100_000;
const MOST_LINKS = 20_000;
const MOST_EMOJI = 10_000;
const LONGEST_EMOJI = 64;
const LONGEST_LINK = 2000;

/** Counts what is in texts: words, links, their domains, emoji; and reactions. */
export class TextCounts {
  readonly words = new WordCounter(MOST_WORDS);
  readonly #reader = new WordReader();
  readonly links = new TopCounter<string>(MOST_LINKS, () => undefined);
  readonly domains = new TopCounter<string>(MOST_LINKS, () => undefined);
  readonly emoji = new TopCounter<string>(MOST_EMOJI, () => undefined);
  /** By the id of the emoji's file, with the ordinary emoji behind it. */
  readonly customEmoji = new TopCounter<string, { shown: string }>(MOST_EMOJI, () => ({ shown: '' }));
  readonly reactions = new TopCounter<string>(MOST_EMOJI, () => undefined);
  #characters = 0;

  /** As people count them: code points. */
  get characters(): number {
    return this.#characters;
  }

  /** Returns the number of characters. */
  add(post: PostDocument): number {
    const text = post.richMessage ? flatten(post.richMessage) : post;
    if (text.text === '') return 0;
    this.#reader.count(text, this.words);
    if (text.entities.length > 0) {
      for (const link of linksIn(text)) {
        this.domains.add(domainOf(link) ?? '');
        this.links.add(link.slice(0, LONGEST_LINK));
      }
    }
    for (const each of emojiIn(this.#withoutCustom(text))) this.emoji.add(each);
    const characters = lengthOf(text.text);
    this.#characters += characters;
    return characters;
  }

  /** Returns how many reactions a message has. */
  addReactions({ reactions }: Pick<PostDocument, 'reactions'>): number {
    let sum = 0;
    for (const { reaction, count } of reactions?.counts ?? []) {
      const name = reactionName(reaction);
      if (name === undefined || count <= 0) continue;
      this.reactions.add(name, count);
      sum += count;
    }
    return sum;
  }

  /** Counts the custom emoji of a text, and takes the ordinary ones behind them out of it. */
  #withoutCustom({ text, entities }: FormattedText): string {
    let rest = text;
    for (const entity of entities) {
      if (entity.kind !== 'custom_emoji') continue;
      const end = entity.offset + entity.length;
      const { extra } = this.customEmoji.add(entity.emoji);
      extra.shown ||= text.slice(entity.offset, end).slice(0, LONGEST_EMOJI);
      rest = rest.slice(0, entity.offset) + ' '.repeat(entity.length) + rest.slice(end);
    }
    return rest;
  }
}

/** An emoji, `custom ID`, or `⭐ paid`. */
function reactionName(reaction: Reaction): string | undefined {
  switch (reaction.kind) {
    case 'emoji':
      return shownForm(reaction.emoji);
    case 'custom_emoji':
      return `custom ${reaction.emoji}`;
    case 'paid':
      return '⭐ paid';
    default:
      return undefined;
  }
}

const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]/g;

function lengthOf(text: string): number {
  return text.length - (text.match(SURROGATES)?.length ?? 0);
}
