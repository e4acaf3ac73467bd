import { escaped } from './escape.js';

export interface PageHead {
  readonly title: string;
  /** Of the folder in which the page is: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Where the title leads, as an address. */
  readonly back?: string;
}

/**
 * What no page may do: run scripts, load something from elsewhere, or send anything. Pages opened from a disk have the scheme `file`.
 */
const POLICY =
  "default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src 'self' file:; base-uri 'none'; form-action 'none'";

export const STYLE = 'css/style.css';

export function pageStart({ title, prefix, back }: PageHead): string {
  const up = '../'.repeat(prefix.split('/').length - 1);
  const name = `<div class="text bold">${escaped(title)}</div>`;
  const header =
    back === undefined
      ? `<div class="content">${name}</div>`
      : `<a class="content block_link" href="${escaped(back)}">${name}</a>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link href="${up}${STYLE}" rel="stylesheet">
</head>
<body>
<div class="page_wrap">
<div class="page_header">${header}</div>
`;
}

export const PAGE_END = '</div>\n</body>\n</html>\n';
