import { ENTITY_KINDS } from '../../world/entity.js';
import { nthText, sentence, TextWriter } from '../styled-text.js';
import type { Page } from './scene.js';

/** Every format that a text can have, alone and inside one another. */
export function texts(page: Page): void {
  const { random, author } = page.cast;
  page.post({ text: 'Plain words.' });
  page.post({ text: 'Two lines,\n\nand one between.' });
  page.post({ text: sentence(random, 40), silent: true });
  for (let n = 0; n < ENTITY_KINDS.length; n++) page.post(nthText(n, random, author));
  const at = page.cast.since;
  for (const format of [
    { relative: true },
    { shortTime: true, shortDate: true },
    { longTime: true, longDate: true, dayOfWeek: true },
    {},
  ]) {
    page.post(
      new TextWriter().plain('We meet ').styled('date', 'then', { date: at, format }).plain('.').done(),
    );
  }
  page.post(
    new TextWriter()
      .around(
        'blockquote',
        (quote) => {
          quote
            .plain('Long ')
            .around('bold', (bold) => bold.plain('and ').styled('italic', 'nested 👨‍👩‍👧‍👦'))
            .plain(' words');
        },
        { collapsed: true },
      )
      .plain('\n')
      .styled('pre', 'no language', { language: '' })
      .done(),
  );
  page.post(
    new TextWriter()
      .styled('diffInsert', 'new')
      .plain(' ')
      .styled('diffReplace', 'other', { oldText: 'old' })
      .plain(' ')
      .styled('diffDelete', 'gone')
      .plain(' ')
      .styled('unknown', 'unknown')
      .done(),
  );
  page.post({ text: 'As long as a text may be. '.repeat(158).slice(0, 4096).trimEnd() });
  page.post({ text: 'Written with Premium. '.repeat(300).trimEnd() });
}
