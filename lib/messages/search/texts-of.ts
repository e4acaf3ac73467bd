import type { MessageDocument } from '../document/document.js';
import { filesOfDocument } from '../document/files-of-document.js';
import type { Media } from '../document/media.js';
import { flatten } from '../recreate/flatten.js';

/**
 * The texts of a message in which a search looks: its text or caption, the names of its files, and the words of media that consist
 * of words, such as a poll's question and answers. Not the preview of a link, nor the buttons of a bot.
 */
export function textsOf(document: MessageDocument): readonly string[] {
  if (document.kind !== 'message') return [];
  const { text, media, richMessage } = document;
  return [
    text,
    ...(richMessage ? [flatten(richMessage).text] : []),
    ...(media ? wordsOf(media) : []),
    ...filesOfDocument(document).flatMap(({ reference }) => reference.name ?? []),
  ].filter((each) => each !== '');
}

function wordsOf(media: Media): readonly string[] {
  switch (media.kind) {
    case 'poll': {
      const { question, answers, results } = media;
      const choices = answers.flatMap((answer) => ('text' in answer ? answer.text : []));
      return [question.text, ...choices, results.solution?.text ?? ''];
    }
    case 'checklist':
      return [media.title.text, ...media.tasks.map(({ text }) => text)];
    case 'venue':
      return [media.title, media.address];
    case 'contact':
      return [`${media.firstName} ${media.lastName}`, media.phone];
    case 'game':
    case 'invoice':
      return [media.title, media.description];
    case 'giveaway':
    case 'giveaway_results':
      return [media.description ?? ''];
    case 'story':
      return media.story?.kind === 'story' ? [media.story.caption.text] : [];
    default:
      return [];
  }
}
