import type { TlData } from '../../world/tl-data.js';
import { NOTHING, type Page, words } from './scene.js';

const plain = (text: string): TlData => ({ _: 'TextPlain', text });

/** Every format of text that a message can have. */
export function richTexts(page: Page): TlData[] {
  const { friend, since } = page.cast;
  const simple = 'Bold Italic Underline Strike Fixed Subscript Superscript Marked Spoiler'.split(' ');
  const found = 'Mention Hashtag BotCommand Cashtag AutoUrl AutoEmail AutoPhone BankCard'.split(' ');
  const text = plain('words');
  return [
    NOTHING,
    plain('Plain'),
    ...simple.map((name) => words(` ${name}`, `Text${name}`)),
    ...found.map((name) => words(` ${SAMPLES[name] ?? name}`, `Text${name}`)),
    words(' bold and italic', 'TextBold', 'TextItalic'),
    { _: 'TextUrl', text, url: 'https://example.org', webpageId: 0n },
    { _: 'TextEmail', text, email: 'ann@example.org' },
    { _: 'TextPhone', text, phone: '+99966777777' },
    { _: 'TextAnchor', text, name: 'here' },
    { _: 'TextMath', source: 'e^{i\\pi} = -1' },
    { _: 'TextCustomEmoji', documentId: 5_368_324_170_671_202_286n, alt: '🔥' },
    { _: 'TextMentionName', text, userId: BigInt(friend) },
    { _: 'TextDate', text, date: since, shortTime: true, longDate: true, dayOfWeek: true },
    { _: 'TextDate', text, date: since, relative: true },
    { _: 'TextDiff', text, oldText: plain('old words') },
    {
      _: 'TextButton',
      text,
      type: { _: 'InlineButtonTypeCopy', copyText: 'copied' },
      style: { _: 'RichButtonStyle', link: true },
    },
  ];
}

/** What the server would find. */
const SAMPLES: Readonly<Record<string, string>> = {
  Mention: '@sandbox_news',
  Hashtag: '#sand',
  BotCommand: '/start',
  Cashtag: '$USD',
  AutoUrl: 'example.org',
  AutoEmail: 'bob@example.org',
  AutoPhone: '+99966123456',
  BankCard: '4242424242424242',
};
