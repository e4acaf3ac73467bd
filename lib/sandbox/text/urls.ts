import { type Finding, matchesOf } from './spans.js';
import { isTopLevelDomain } from './top-level-domains.js';

/** Links with or without a scheme, links of Telegram's own schemes, and e-mail addresses. */
export function findUrls(text: string): Finding[] {
  return [...appLinks(text), ...webLinks(text)];
}

/** tg://, ton:// and tonsite:// links. */
function appLinks(text: string): Finding[] {
  return matchesOf(text, APP_LINK, 'url').map((found) => {
    const link = text.slice(found.offset, found.offset + found.length);
    const path = link.search(/(?<=\/\/[^/?#]*)[/?#]/);
    return { ...found, length: path < 0 ? link.length : withoutTail(link, path).length };
  });
}

/** Every name with a dot in it may be the host of a link or of an e-mail address; what is around it decides. */
function webLinks(text: string): Finding[] {
  const found: Finding[] = [];
  let floor = 0;
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', floor)) {
    const { offset, end, isRight } = around(text, floor, dot);
    const finding = isRight && end > dot + 1 ? judged(text.slice(offset, end), offset) : undefined;
    if (finding) found.push(finding);
    floor = Math.max(dot + 1, isRight ? skip(text, end, DOT) : text.lastIndexOf('.', end - 1) + 1);
  }
  return found;
}

interface Candidate {
  readonly offset: number;
  readonly end: number;
  /** Whether something may begin where it begins. */
  readonly isRight: boolean;
}

/** The longest text around a dot that could be a link; nothing before `floor` belongs to it. */
function around(text: string, floor: number, dot: number): Candidate {
  const host = skip(text, dot, HOST_OR_AT);
  const at = text.slice(dot, host).lastIndexOf('@');
  let offset = skipBack(text, dot, floor, HOST);
  if (at >= 0) offset = skipBack(text, offset, floor, USER);
  let isRight = true;
  if (offset > floor && text[offset - 1] === '@') {
    const user = skipBack(text, offset - 1, floor, USER);
    isRight = at < 0 && user < offset - 1;
    offset = user;
  }
  const end = endOfLink(text, host, dot);
  const before = text.slice(floor, offset);
  if (before === '') return { offset, end, isRight };
  if (!before.endsWith('://') || before.length < 6) {
    return { offset, end, isRight: isRight && !/[\p{L}\p{N}_/#@]$/u.test(before) };
  }
  const scheme = schemeOf(text.slice(skipBack(text, offset - 3, floor, SCHEME), offset - 3).toLowerCase());
  return { offset: offset - (scheme ? scheme.length + 3 : 0), end, isRight: isRight && scheme !== undefined };
}

/** A scheme, also one that other letters run into. */
function schemeOf(before: string): string | undefined {
  if (['shttp', 'tftp', 'sftp'].includes(before)) return undefined;
  return ['https', 'http', 'ftp', 'tonsite'].find((scheme) => before.endsWith(scheme));
}

/** The end of the port and path after a host. */
function endOfLink(text: string, host: number, dot: number): number {
  const port = /^:0*(\d{1,5})(?!\d)/.exec(text.slice(host, host + 32));
  const from = host + (port && Number(port[1]) >= 1 && Number(port[1]) <= 65_535 ? port[0].length : 0);
  let end = from;
  if (/[/?#]/.test(text[from] ?? '')) {
    const path = withoutTail(text.slice(from, skip(text, from, PATH)), 0);
    if (path.length > 1 || path === '/') end = from + path.length;
  }
  while (end > dot + 1 && text[end - 1] === '.') end -= 1;
  return end;
}

/** The text without the punctuation at its end; `from`: the first character, which stays. */
function withoutTail(text: string, from: number): string {
  let end = text.length;
  while (end > from + 1 && TAIL.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

function judged(candidate: string, offset: number): Finding | undefined {
  if (EMAIL.test(candidate)) return { kind: 'email', offset, length: candidate.length };
  if (candidate.startsWith('mailto:') && EMAIL.test(candidate.slice(7))) {
    return { kind: 'email', offset: offset + 7, length: candidate.length - 7 };
  }
  const { scheme = '', authority = '', path = '' } = PARTS.exec(candidate)?.groups ?? {};
  const host = authority.slice(authority.indexOf('@') + 1).replace(/:[^:]*$/, '');
  if (!isHost(host, scheme !== '')) return undefined;
  return { kind: 'url', offset, length: scheme.length + authority.length + balanced(path).length };
}

/** The path up to a bracket that closes what was not opened in it. */
function balanced(path: string): string {
  const open: string[] = [];
  let end = 0;
  for (; end < path.length; end++) {
    const sign = path[end] ?? '';
    const pair = BRACKETS.find(([, closing]) => closing === sign);
    if (BRACKETS.some(([opening]) => opening === sign)) open.push(sign);
    if (!pair) continue;
    const index = open.lastIndexOf(pair.charAt(0));
    if (index < 0) break;
    open.splice(index, 1);
  }
  while (end > 0 && TAIL.includes(path[end - 1] ?? '')) end -= 1;
  return path.slice(0, end);
}

/** A host's name or IPv4 address. Without a scheme its last part must be a top-level domain. */
function isHost(host: string, hasScheme: boolean): boolean {
  const parts = host.split('.');
  const last = parts.at(-1) ?? '';
  if (parts.length === 1 || host.toLowerCase() === 'teiegram.org') return false;
  if (parts.some((part) => part === '' || part.length > 63 || part.endsWith('-'))) return false;
  if (parts.length === 4 && parts.every((part) => IPV4_PART.test(part))) return true;
  if (/^[\d.]*$/.test(host) || [...last].length < 2 || parts.at(-2)?.includes('_')) return false;
  if (last.startsWith('xn--')) return /^xn--[a-z0-9]{2,}$/i.test(last);
  return !/[_-]/.test(last) && (hasScheme || isWritten(last));
}

/** All in capitals or none, or a capital letter alone at its beginning. */
function isWritten(name: string): boolean {
  const lower = name.toLowerCase();
  const isOdd = lower !== name && lower[0] === name[0];
  return !isOdd && isTopLevelDomain(lower);
}

function skip(text: string, from: number, signs: RegExp): number {
  let place = from;
  while (place < text.length) {
    const sign = String.fromCodePoint(text.codePointAt(place) ?? 0);
    if (!signs.test(sign)) break;
    place += sign.length;
  }
  return place;
}

function skipBack(text: string, from: number, floor: number, signs: RegExp): number {
  let place = from;
  while (place > floor) {
    const size = /[\udc00-\udfff]/.test(text[place - 1] ?? '') && place - floor > 1 ? 2 : 1;
    if (!signs.test(text.slice(place - size, place))) break;
    place -= size;
  }
  return place;
}

/** No blank, and of General Punctuation only joiners and dashes. */
const UNBROKEN = '(?![\\u2000-\\u200b\\u200e\\u200f\\u2016-\\u206f])[^\\s\\p{Z}';
const DOT = /^\.$/;
const HOST = new RegExp(`^(?:[A-Za-z0-9_.~-]|(?![\\0-\\u00bf])${UNBROKEN}])$`, 'u');
const HOST_OR_AT = new RegExp(`^(?:[A-Za-z0-9_.~@-]|(?![\\0-\\u00bf])${UNBROKEN}])$`, 'u');
const USER = new RegExp(`^${UNBROKEN}\\n/[\\]{}()'\`<>"@«»]$`, 'u');
const PATH = new RegExp(`^${UNBROKEN}\\n<>"«»]$`, 'u');
const SCHEME = new RegExp(`^(?:[A-Za-z0-9+-]|(?![\\0-\\x7f])${UNBROKEN}])$`, 'u');
const TAIL = ".:;,('?!`";
const BRACKETS = ['()', '[]', '{}'] as const;
const IPV4_PART = /^(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/;
const APP_LINK = new RegExp(
  `(?:tg|ton|tonsite)://[A-Za-z0-9_-]{1,253}(?:[/?#](?:${UNBROKEN}\\n<>"«»])*)?`,
  'giu',
);
const PARTS = /^(?<scheme>(?:https?|ftp|tonsite):\/\/)?(?<authority>[^/?#]*)(?<path>.*)$/isu;
const EMAIL =
  /^([a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(([a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}$/i;
