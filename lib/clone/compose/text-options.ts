import type { AttributionField } from '../../messages/transform/attribution.js';
import type { Template } from '../../messages/transform/template.js';
import type { Transform } from '../../messages/transform/transforms.js';
import type { DocumentPipe } from '../pipe/document-pipe.js';

/** What becomes of the texts of messages. */
export interface TextOptions {
  /** A text that is too long for one message continues in the next ones, or the message fails. */
  readonly long: 'split' | 'fail';
  /** Buttons that open an address become lines below the text, or are dropped. */
  readonly buttons: 'text' | 'drop';
  /** What stands in for a reply to a message that has no copy. */
  readonly replyFallback: 'quote' | 'link' | 'none';
  readonly attribution?: {
    readonly place: 'header' | 'footer';
    readonly template: Template<AttributionField>;
  };
  readonly transform?: Transform;
  /** Changes each message after `transform`. */
  readonly pipe?: Pick<DocumentPipe, 'ask'>;
}

export const DEFAULT_TEXT: TextOptions = { long: 'split', buttons: 'text', replyFallback: 'quote' };
