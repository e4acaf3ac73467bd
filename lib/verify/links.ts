import type { Difference } from './differences.js';
import { isEqual } from './rules/rule.js';

/** Whether two values say the same and differ in where links to messages lead at most. */
export function differInLinksOnly({ source, copy }: Pick<Difference, 'source' | 'copy'>): boolean {
  return source !== undefined && copy !== undefined && isEqual(withoutLinks(source), withoutLinks(copy));
}

/** A link may be of another length, which moves the formatting behind it. */
function withoutLinks(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(LINKS, 'link');
  if (Array.isArray(value)) return value.filter((each) => !isLink(each)).map(withoutLinks);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'offset' && name !== 'length')
      .map(([name, each]) => [name, withoutLinks(each)]),
  );
}

/** A visible link is found by the server, which may not look for it everywhere. */
function isLink(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'link';
}

const LINKS =
  /(?:https?:\/\/)?(?:\w+\.)?(?:t\.me|telegram\.(?:me|dog))\/[\w/]*\d[\w/?&=-]*|tg:(?:\/\/)?(?:resolve|privatepost)\?\S+/gi;
