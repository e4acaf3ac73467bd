import type { FormattedText } from '../messages/document/text.js';

/** The addresses in a text, as they are written or as they lie behind its words. Only those of the web. */
export function* linksIn({ text, entities }: FormattedText): Generator<string> {
  for (const entity of entities) {
    if (entity.kind === 'text_link') {
      if (domainOf(entity.url) !== undefined) yield entity.url;
    } else if (entity.kind === 'link') {
      const written = text.slice(entity.offset, entity.offset + entity.length);
      if (domainOf(written) !== undefined) yield written;
    }
  }
}

/** The host of an address in lower case, without `www.`; undefined for one that is not of the web. */
export function domainOf(link: string): string | undefined {
  if (OTHER_SCHEME.test(link)) return undefined;
  const [, scheme = 'https', host] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/?#\s]*@)?([^:/?#\s]+)/i.exec(link) ?? [];
  if (host === undefined || !/^https?$/i.test(scheme) || !host.includes('.')) return undefined;
  return host
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/\.$/, '');
}

/** `mailto:` and the like; a host may have a port behind its colon. */
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]*:(?!\/\/|\d)/i;
