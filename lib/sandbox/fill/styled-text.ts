import type { Random } from '../../base/random.js';
import { ENTITY_KINDS, type Entity, type EntityKind, type StyledText } from '../world/entity.js';

/** What an entity may need in addition to its place. */
export type StyledWith = Omit<Entity, 'kind' | 'offset' | 'length'>;

/** Builds a text piece by piece and keeps the entities' offsets, in UTF-16 units as Telegram counts. */
export class TextWriter {
  #text = '';
  readonly #entities: Entity[] = [];

  plain(text: string): this {
    this.#text += text;
    return this;
  }

  styled(kind: EntityKind, text: string, extra: StyledWith = {}): this {
    this.#entities.push({ kind, offset: this.#text.length, length: text.length, ...extra });
    return this.plain(text);
  }

  /** Everything that `write` adds lies inside one more entity. */
  around(kind: EntityKind, write: (writer: this) => void, extra: StyledWith = {}): this {
    const offset = this.#text.length;
    write(this);
    this.#entities.push({ kind, offset, length: this.#text.length - offset, ...extra });
    return this;
  }

  done(): StyledText {
    return { text: this.#text, entities: this.#entities };
  }
}

const WORDS =
  'river stone lantern harbour winter copper signal meadow orchard compass violet thunder paper window garden'.split(
    ' ',
  );
/** Glyphs of one, two and several UTF-16 units; a family joined by zero-width joiners; a flag; right-to-left text. */
const GLYPHS = ['é', '→', '🙂', '👍🏽', '👨‍👩‍👧‍👦', '🇨🇭', 'שלום', '汉字', '𝕏'];

/** A sentence of `count` words, with an occasional glyph that isn't one unit long. */
export function sentence(random: Random, count: number): string {
  const pick = (list: readonly string[]): string => list[random.integer(0, list.length - 1)] ?? '';
  const words = Array.from({ length: count }, () => pick(random.float() < 0.25 ? GLYPHS : WORDS));
  return `${words.join(' ')}.`;
}

/** A text whose middle has the entity `kind`, after a prefix whose characters are not all one unit long. */
function textWith(kind: EntityKind, random: Random, mentioned: number): StyledText {
  const writer = new TextWriter().plain(`${sentence(random, 4)} `);
  switch (kind) {
    case 'mention':
      writer.styled(kind, '@sandbox_news');
      break;
    case 'hashtag':
      writer.styled(kind, '#sandbox');
      break;
    case 'cashtag':
      writer.styled(kind, '$USD');
      break;
    case 'botCommand':
      writer.styled(kind, '/start');
      break;
    case 'url':
      writer.styled(kind, 'https://example.org/a?b=c');
      break;
    case 'email':
      writer.styled(kind, 'ann@example.org');
      break;
    case 'phone':
      writer.styled(kind, '+99966123456');
      break;
    case 'bankCard':
      writer.styled(kind, '4242424242424242');
      break;
    case 'pre':
      writer.styled(kind, 'const answer = 42;\nexport { answer };', { language: 'typescript' });
      break;
    case 'textUrl':
      writer.styled(kind, 'a link 🔗', { url: 'https://example.org/named' });
      break;
    case 'mentionName':
      writer.styled(kind, 'somebody', { userId: mentioned });
      break;
    case 'customEmoji':
      writer.styled(kind, '🔥', { emojiId: 5_368_324_170_671_202_286n });
      break;
    case 'blockquote':
      writer.around(kind, (inside) => inside.plain('quoted ').styled('bold', 'loudly'), {
        collapsed: random.float() < 0.5,
      });
      break;
    default:
      writer.around(kind, (inside) => inside.plain('styled ').styled('italic', sentence(random, 2)));
  }
  return writer.plain(` ${sentence(random, 3)}`).done();
}

/** The kinds in turn: call n returns a text with kind n, so that all occur. */
export function nthText(n: number, random: Random, mentioned: number): StyledText {
  return textWith(ENTITY_KINDS[n % ENTITY_KINDS.length] ?? 'bold', random, mentioned);
}
