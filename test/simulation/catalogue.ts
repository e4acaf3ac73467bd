import type { Random } from '../../lib/base/random.js';
import { SampleFiles, type SampleKind, type SampleOptions } from '../../lib/sandbox/fill/sample-files.js';
import { actions } from '../../lib/sandbox/fill/showcase/actions.js';
import { botCards, cards, stories } from '../../lib/sandbox/fill/showcase/cards.js';
import { channelFields, groupFields } from '../../lib/sandbox/fill/showcase/fields.js';
import { files } from '../../lib/sandbox/fill/showcase/files.js';
import { forwards } from '../../lib/sandbox/fill/showcase/headers.js';
import { markup } from '../../lib/sandbox/fill/showcase/markup.js';
import { richMessages } from '../../lib/sandbox/fill/showcase/pages.js';
import { checklists, polls, small } from '../../lib/sandbox/fill/showcase/polls.js';
import { previews } from '../../lib/sandbox/fill/showcase/previews.js';
import { type Cast, Page } from '../../lib/sandbox/fill/showcase/scene.js';
import { texts } from '../../lib/sandbox/fill/showcase/texts.js';
import type { Media, Message } from '../../lib/sandbox/world/message.js';
import type { PostOptions } from '../../lib/sandbox/world/sending.js';
import { pick } from './pick.js';

/** A message to write, without its chat and place. */
export type Draft = Omit<PostOptions, 'chat' | 'from' | 'topicId' | 'date'> & { readonly from?: number };

/** The chapters of the showcase: a kind that comes to one of them is drawn from then on. */
const CHAPTERS: readonly ((page: Page) => void)[] = [
  texts,
  previews,
  files,
  polls,
  polls,
  checklists,
  small,
  small,
  stories,
  cards,
  botCards,
  markup,
  forwards,
  richMessages,
  groupFields,
  channelFields,
  actions,
];

/** Everything that the sandbox's showcase can write, drawn message by message or album by album. */
export class Catalogue {
  readonly #cast: Cast;
  readonly #random: Random;

  constructor(cast: Omit<Cast, 'files'>, files: SmallFiles) {
    this.#cast = { ...cast, files };
    this.#random = cast.random;
  }

  /** One message, or the items of one album. */
  draw(): readonly Draft[] {
    const page = new CollectingPage(this.#cast, this.#cast.channel.id, [this.#cast.author]);
    pick(this.#random, CHAPTERS)(page);
    const drawn = pick(this.#random, page.drafts);
    if (drawn.groupedId === undefined) return [drawn];
    return page.drafts.filter(({ groupedId }) => groupedId === drawn.groupedId);
  }
}

/** Takes what would be posted, and posts nothing. */
class CollectingPage extends Page {
  readonly drafts: Draft[] = [];

  override post({ from: _, date: __, topicId: ___, ...draft }: Parameters<Page['post']>[0]): Message {
    this.drafts.push(draft);
    return { id: 0 } as Message;
  }
}

/** Files of a few kilobytes, whatever their kind: a run of the simulation should take milliseconds. */
export class SmallFiles extends SampleFiles {
  #sizes: Random | undefined;

  /** Draws the sizes from now on. */
  sizesFrom(random: Random): this {
    this.#sizes = random;
    return this;
  }

  override make(kind: SampleKind, options: SampleOptions = {}): Media {
    if (kind === 'photo' || options.size !== undefined || !this.#sizes) return super.make(kind, options);
    return super.make(kind, { ...options, size: this.#sizes.integer(1, 9_000) });
  }
}
