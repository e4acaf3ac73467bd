import { DesktopWriter } from '../desktop/desktop-writer.js';
import { JsonFeedWriter } from '../feed/json-feed.js';
import { RssWriter } from '../feed/rss.js';
import { HtmlWriter } from '../html/html-writer.js';
import { CsvWriter } from './csv.js';
import type { Format, FormatScene, FormatWriter } from './format.js';
import { JsonlWriter } from './jsonl.js';

/** Begins an export in a format. */
export function beginFormat(format: Format, scene: FormatScene): Promise<FormatWriter> {
  return WRITERS[format](scene);
}

/** A format that is missing doesn't compile. */
const WRITERS: { readonly [Name in Format]: (scene: FormatScene) => Promise<FormatWriter> } = {
  desktop: (scene) => DesktopWriter.begin(scene),
  jsonl: (scene) => JsonlWriter.begin(scene),
  csv: (scene) => CsvWriter.begin(scene),
  html: (scene) => HtmlWriter.begin(scene),
  rss: (scene) => RssWriter.begin(scene),
  'json-feed': (scene) => JsonFeedWriter.begin(scene),
};
