import { Api } from 'telegram/tl/index.js';
import type { Entity, FormattedText } from '../../document/text.js';
import { endOf } from '../../text/behaviour.js';
import { toLong } from '../long.js';

/** A text as a paragraph of a rich message, with the formats that both have; what the server finds is left to it. */
export function paragraphOf({ text, entities }: FormattedText): Api.PageBlockParagraph {
  const edges = [0, text.length, ...entities.flatMap((entity) => [entity.offset, endOf(entity)])];
  const places = [...new Set(edges)].sort((one, other) => one - other);
  const texts = places.slice(0, -1).map((from, index): Api.TypeRichText => {
    const around = entities.filter((entity) => entity.offset <= from && from < endOf(entity));
    const inner = new Api.TextPlain({ text: text.slice(from, places[index + 1]) });
    return around.reduceRight<Api.TypeRichText>(styled, inner);
  });
  const [only = new Api.TextEmpty()] = texts;
  return new Api.PageBlockParagraph({ text: texts.length > 1 ? new Api.TextConcat({ texts }) : only });
}

function styled(text: Api.TypeRichText, entity: Entity): Api.TypeRichText {
  switch (entity.kind) {
    case 'bold':
      return new Api.TextBold({ text });
    case 'italic':
      return new Api.TextItalic({ text });
    case 'underline':
      return new Api.TextUnderline({ text });
    case 'strikethrough':
      return new Api.TextStrike({ text });
    case 'spoiler':
      return new Api.TextSpoiler({ text });
    case 'code':
      return new Api.TextFixed({ text });
    case 'text_link':
      return new Api.TextUrl({ text, url: entity.url, webpageId: toLong(0) });
    default:
      return text;
  }
}
