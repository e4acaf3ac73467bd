import { endOf, type Finding, matchesOf } from './spans.js';

/** Numbers of bank cards: 13 to 19 digits, alone or in groups, whose check digit and length are right. */
export function bankCards(text: string): Finding[] {
  const found: Finding[] = [];
  const run = /\d[\d -]*/g;
  for (let match = run.exec(text); match; match = run.exec(text)) {
    const before = text.slice(Math.max(0, match.index - 2), match.index);
    if (/[.,+\-_\p{L}]$/u.test(before)) continue;
    // A number without gaps ends at a blank, whatever digits follow.
    const whole = /^\d{16,19}(?= )/.exec(match[0])?.[0] ?? match[0];
    run.lastIndex = match.index + whole.length;
    const card = whole.replace(/[ -]+$/, '');
    const finding = { kind: 'bankCard', offset: match.index, length: card.length } as const;
    const after = text.slice(endOf(finding), endOf(finding) + 2);
    if (isBankCard(card) && !/^[-_\p{L}]/u.test(after)) found.push(finding);
  }
  return found;
}

/**
 * International phone numbers: a plus sign and 7 to 15 digits (E.164), with blanks, dots, dashes or brackets between
 * them. Telegram hasn't published its own rule; this is the form of the example in core.telegram.org/bots/api.
 */
export function phoneNumbers(text: string): Finding[] {
  return matchesOf(text, PHONE, 'phone');
}

const PHONE = /(?<![\p{L}\p{N}_+.-])\+\d(?:[ .()-]{0,2}\d){6,14}(?![\p{L}\p{N}_])/gu;

function isBankCard(card: string): boolean {
  const digits = card.replace(/[ -]/g, '');
  const { length } = digits;
  if (length < 13 || length > 19 || card.length > 2 * length - 1) return false;
  return hasCheckDigit(digits) && lengthFits(digits);
}

/** Luhn's sum (ISO/IEC 7812). */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** The lengths of the networks that Telegram knows by their first digits. */
function lengthFits(digits: string): boolean {
  const { length } = digits;
  const network = NETWORKS.find(({ prefix }) => prefix.test(digits));
  return network?.lengths.includes(length) ?? true;
}

const NETWORKS: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  { prefix: /^4/, lengths: [13, 16, 18, 19] },
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^(?:62|81)/, lengths: [16, 17, 18, 19] },
  { prefix: /^220[0-4]/, lengths: [16] },
];
