import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';

/** How Telegram has sent a login code (auth.sentCodeType…). */
export interface SentCode {
  readonly by:
    | 'app'
    | 'sms'
    | 'call'
    | 'flash-call'
    | 'missed-call'
    | 'fragment'
    | 'email'
    | 'firebase'
    | 'word'
    | 'phrase'
    | 'unknown';
  /** Where to look for it, in one sentence. */
  readonly sentence: string;
}

const BY_QR = 'or sign in with `telepi login --qr`';

/**
 * Where to look for the code.
 * @throws FailedError LOGIN_EMAIL_DUE when Telegram sends none before a login e-mail is set up, which only its own apps
 *   may do.
 */
export function sentCodeOf(type: Api.auth.TypeSentCodeType): SentCode {
  if (type instanceof Api.auth.SentCodeTypeSetUpEmailRequired) {
    throw new FailedError(
      'LOGIN_EMAIL_DUE',
      `Telegram sends codes to this number only after a login e-mail was set up in one of its apps: sign in there once, ${BY_QR}.`,
    );
  }
  return wayOf(type);
}

/**
 * The code to send for the typed text: digits without the blanks and dashes between them, a word or phrase with one
 * blank between its words. When the whole number of a missed call was typed, its last digits are the code.
 */
export function typedCode(typed: string, type: Api.auth.TypeSentCodeType): string {
  const words = typed.trim().replace(/\s+/g, ' ');
  if (type instanceof Api.auth.SentCodeTypeSmsWord || type instanceof Api.auth.SentCodeTypeSmsPhrase) {
    return words;
  }
  const bare = words.replace(/[\s\p{Pd}]/gu, '');
  if (type instanceof Api.auth.SentCodeTypeFlashCall) return bare.replace(/\D/g, '');
  if (!(type instanceof Api.auth.SentCodeTypeMissedCall)) return bare;
  const digits = bare.replace(/\D/g, '');
  const isWholeNumber = digits.length > type.length && digits.startsWith(type.prefix.replace(/\D/g, ''));
  return isWholeNumber ? digits.slice(-type.length) : digits;
}

/**
 * The code in the field that its way of delivery requires: a code by e-mail is not a phone code
 * (core.telegram.org/api/auth).
 */
export function codeFields(
  code: string,
  type: Api.auth.TypeSentCodeType,
): { phoneCode: string } | { emailVerification: Api.EmailVerificationCode } {
  return type instanceof Api.auth.SentCodeTypeEmailCode
    ? { emailVerification: new Api.EmailVerificationCode({ code }) }
    : { phoneCode: code };
}

function wayOf(type: Exclude<Api.auth.TypeSentCodeType, Api.auth.SentCodeTypeSetUpEmailRequired>): SentCode {
  if (type instanceof Api.auth.SentCodeTypeApp) {
    const sentence = `Telegram sent a code of ${digits(type.length)} to your Telegram apps, into the chat "Telegram".`;
    return { by: 'app', sentence };
  }
  if (type instanceof Api.auth.SentCodeTypeSms) {
    return { by: 'sms', sentence: `Telegram sent a code of ${digits(type.length)} by SMS.` };
  }
  if (type instanceof Api.auth.SentCodeTypeCall) {
    const sentence = `Telegram calls your phone and speaks a code of ${digits(type.length)}.`;
    return { by: 'call', sentence };
  }
  if (type instanceof Api.auth.SentCodeTypeFlashCall) {
    const sentence = `Telegram calls your phone and hangs up: the code is the caller's whole number, ${type.pattern}.`;
    return { by: 'flash-call', sentence };
  }
  if (type instanceof Api.auth.SentCodeTypeMissedCall) {
    const last = `the last ${digits(type.length)} of the caller's number, which begins with ${type.prefix}`;
    return { by: 'missed-call', sentence: `Telegram calls your phone and hangs up: the code is ${last}.` };
  }
  if (type instanceof Api.auth.SentCodeTypeFragmentSms) {
    const sentence = `Telegram shows a code of ${digits(type.length)} on Fragment: ${type.url} has it.`;
    return { by: 'fragment', sentence };
  }
  if (type instanceof Api.auth.SentCodeTypeEmailCode) {
    const sentence = `Telegram sent a code of ${digits(type.length)} by e-mail to ${type.emailPattern}.`;
    return { by: 'email', sentence };
  }
  if (type instanceof Api.auth.SentCodeTypeFirebaseSms) {
    const sentence = `Telegram sends its code of ${digits(type.length)} to its own apps only: use another way there, ${BY_QR}.`;
    return { by: 'firebase', sentence };
  }
  return textWayOf(type);
}

function textWayOf(type: Api.auth.SentCodeTypeSmsWord | Api.auth.SentCodeTypeSmsPhrase): SentCode {
  const begins = type.beginning ? ` that begins with "${type.beginning}"` : '';
  if (type instanceof Api.auth.SentCodeTypeSmsWord) {
    return {
      by: 'word',
      sentence: `Telegram sent an SMS with a secret word${begins}: the word is the code.`,
    };
  }
  if (type instanceof Api.auth.SentCodeTypeSmsPhrase) {
    const sentence = `Telegram sent an SMS with a secret phrase${begins}: the whole phrase is the code.`;
    return { by: 'phrase', sentence };
  }
  return { by: 'unknown', sentence: 'Telegram sent a code in a way that this TelePi does not know.' };
}

function digits(length: number): string {
  return `${length} digit${length === 1 ? '' : 's'}`;
}
