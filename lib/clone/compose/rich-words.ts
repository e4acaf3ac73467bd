import type { FormattedText } from '../../messages/document/text.js';
import { plainText } from '../../messages/text/edit.js';
import type { Copyable, RichContent } from '../../messages/tl/content.js';
import { formattedText } from '../../messages/tl/document/text.js';
import { changedRich } from '../../messages/tl/input/rich-change.js';
import { type DraftRun, emptied, readPost } from './draft.js';
import { surroundingsOf } from './surroundings.js';

type Rich = Copyable & RichContent;

/**
 * A rich message after the transforms, which change each of its texts by itself, and so the text that apps show which
 * can't show its blocks.
 * @throws FailedError TEXT_EMPTIED when nothing of it is left.
 */
export function transformedRich(run: DraftRun, content: Rich): Rich {
  const { text } = run;
  const { message, rich } = content;
  const post = text.transform && readPost(run, message);
  if (!text.transform || !post) return content;
  const { transform } = text;
  const around = surroundingsOf(run, post.id);
  const change = (words: FormattedText): FormattedText => {
    const { text: now, entities } = transform(
      { ...post, text: words.text, entities: words.entities },
      around,
    );
    return { text: now, entities };
  };
  const changed = changedRich(rich, {
    text: change,
    // A button inside becomes what one below the message would become.
    url(url) {
      const button = { text: 'x', action: { kind: 'url', url } } as const;
      const { markup } = transform(
        { ...post, ...plainText(''), markup: { kind: 'inline', rows: [[button]] } },
        around,
      );
      return markup ? url : undefined;
    },
  });
  if (changed.blocks.length === 0 && rich.blocks.length > 0) throw emptied(message.id);
  const own = formattedText(message.message, message.entities);
  const caption = own.text === '' ? own : change(own);
  if (changed === rich && caption.text === own.text) return content;
  return {
    ...content,
    rich: changed,
    ...(caption.text !== own.text && { caption }),
    losses: [...content.losses, 'changed'],
  };
}
