import type { Format } from '../../exchange/formats/format.js';

const EACH: Readonly<Record<Format, true>> = {
  desktop: true,
  jsonl: true,
  csv: true,
  html: true,
  rss: true,
  'json-feed': true,
};

/** What `--format` takes, the usual one first. A list of its own, so that a page of help loads none of the formats. */
export const FORMATS = Object.keys(EACH) as readonly Format[];
