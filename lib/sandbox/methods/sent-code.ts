import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { type CodeWay, USUAL_WAYS } from '../world/code-way.js';
import type { Account } from '../world/model.js';
import { badRequest } from './context.js';

/** The n-th way in which the account gets its code, from 0; undefined when it has no more. */
export function codeWayOf(account: Account, attempt: number): CodeWay | undefined {
  return (account.codeWays ?? USUAL_WAYS)[attempt];
}

/** The answer to auth.sendCode and auth.resendCode; next_type names the following way, if any. */
export function tlSentCode(account: Account, attempt: number, phoneCodeHash: string): Api.auth.TypeSentCode {
  const way = codeWayOf(account, attempt);
  if (!way) throw new Error(`The account ${account.id} has no way ${attempt} for its code.`);
  if (way.kind === 'payment') {
    return new Api.auth.SentCodePaymentRequired({
      storeProduct: 'org.telegram.sms',
      phoneCodeHash,
      supportEmailAddress: 'sms@example.org',
      supportEmailSubject: 'A code',
      premiumDays: 7,
      currency: 'EUR',
      amount: toLong(99),
    });
  }
  const nextType = codeTypeOf(codeWayOf(account, attempt + 1));
  return new Api.auth.SentCode({
    type: sentTypeOf(way, account.code.length),
    phoneCodeHash,
    ...(nextType ? { nextType } : {}),
    timeout: 60,
  });
}

/**
 * Refuses a code that is not the account's, or comes in another field than its way requires: PHONE_CODE_EMPTY,
 * PHONE_CODE_INVALID, and CODE_INVALID for a code by e-mail.
 */
export function checkCode(account: Account, way: CodeWay, request: Api.auth.SignIn): void {
  const { phoneCode, emailVerification } = request;
  if (!phoneCode && !emailVerification) throw badRequest('PHONE_CODE_EMPTY');
  if (way.kind === 'email') {
    if (!(emailVerification instanceof Api.EmailVerificationCode)) throw badRequest('PHONE_CODE_INVALID');
    if (emailVerification.code !== account.code) throw badRequest('CODE_INVALID');
    return;
  }
  const isSent = !['email-required', 'firebase', 'payment'].includes(way.kind);
  if (!isSent || phoneCode !== account.code) throw badRequest('PHONE_CODE_INVALID');
}

function sentTypeOf(way: Exclude<CodeWay, { kind: 'payment' }>, length: number): Api.auth.TypeSentCodeType {
  switch (way.kind) {
    case 'app':
      return new Api.auth.SentCodeTypeApp({ length });
    case 'sms':
      return new Api.auth.SentCodeTypeSms({ length });
    case 'call':
      return new Api.auth.SentCodeTypeCall({ length });
    case 'flash-call':
      return new Api.auth.SentCodeTypeFlashCall({ pattern: way.pattern });
    case 'missed-call':
      return new Api.auth.SentCodeTypeMissedCall({ prefix: way.prefix, length });
    case 'fragment':
      return new Api.auth.SentCodeTypeFragmentSms({ url: way.url, length });
    case 'email':
      return new Api.auth.SentCodeTypeEmailCode({ emailPattern: way.pattern, length });
    case 'email-required':
      return new Api.auth.SentCodeTypeSetUpEmailRequired({});
    case 'firebase':
      return new Api.auth.SentCodeTypeFirebaseSms({ length });
    case 'word':
      return new Api.auth.SentCodeTypeSmsWord(
        way.beginning === undefined ? {} : { beginning: way.beginning },
      );
    case 'phrase':
      return new Api.auth.SentCodeTypeSmsPhrase(
        way.beginning === undefined ? {} : { beginning: way.beginning },
      );
  }
}

/** auth.codeType knows fewer ways than auth.sentCodeType. */
function codeTypeOf(way: CodeWay | undefined): Api.auth.TypeCodeType | undefined {
  switch (way?.kind) {
    case 'sms':
    case 'word':
    case 'phrase':
      return new Api.auth.CodeTypeSms();
    case 'call':
      return new Api.auth.CodeTypeCall();
    case 'flash-call':
      return new Api.auth.CodeTypeFlashCall();
    case 'missed-call':
      return new Api.auth.CodeTypeMissedCall();
    case 'fragment':
      return new Api.auth.CodeTypeFragmentSms();
    default:
      return undefined;
  }
}
