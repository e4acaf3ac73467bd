import type { Money } from '../document/commerce.js';

/** Names in a card are cut after this many characters. */
const LONGEST_NAME = 200;

/** A name on one line, in square brackets' company: without line breaks, and not too long. */
export function oneLine(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= LONGEST_NAME ? line : `${characters.slice(0, LONGEST_NAME).join('')}…`;
}

/** `kind: name`, or the kind alone when there is no name. */
export function named(kind: string, name: string): string {
  const line = oneLine(name);
  return line ? `${kind}: ${line}` : kind;
}

/** "1 item", "2 items". */
export function counted(count: number | string, one: string, many = `${one}s`): string {
  return `${count} ${String(count) === '1' ? one : many}`;
}

/** "2026-05-01 12:00 UTC", of unix seconds. */
export function dateWords(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? 'an unknown date'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** "1 hour 5 minutes", of seconds. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return counted(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return counted(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours >= 24 && rest === 0 && hours % 24 === 0) return counted(hours / 24, 'day');
  return [counted(hours, 'hour'), ...(rest > 0 ? [counted(rest, 'minute')] : [])].join(' ');
}

/** "4.99 USD", "50 Stars", "1.5 TON". Amounts come in the smallest unit (core.telegram.org/bots/payments). */
export function moneyWords({ currency, amount }: Money): string {
  if (currency === 'XTR') return counted(amount, 'Star');
  if (currency === 'TON') return `${decimal(amount, 9)} TON`;
  return `${fixed(amount, digitsOf(currency))} ${oneLine(currency)}`;
}

/** How many decimal digits an amount has; two in most currencies. */
function digitsOf(currency: string): number {
  if (!/^[A-Za-z]{3}$/.test(currency)) return 2;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

function fixed(amount: string, digits: number): string {
  if (digits === 0) return amount;
  const [, sign = '', number = '0'] = /^(-?)(\d+)$/.exec(amount) ?? [];
  const padded = number.padStart(digits + 1, '0');
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

/** Without zeros at the end. */
export function decimal(amount: string, digits: number): string {
  return fixed(amount, digits).replace(/\.?0+$/, '') || '0';
}
