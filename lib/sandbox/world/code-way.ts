/** How a login code reaches its user (auth.sentCodeType…). */
export type CodeWay =
  | { readonly kind: 'app' | 'sms' | 'call' }
  /** The code is the whole number that calls. */
  | { readonly kind: 'flash-call'; readonly pattern: string }
  /** The code is the last digits of the number that calls. */
  | { readonly kind: 'missed-call'; readonly prefix: string }
  | { readonly kind: 'fragment'; readonly url: string }
  | { readonly kind: 'email'; readonly pattern: string }
  /** No code is sent before a login e-mail is set up. */
  | { readonly kind: 'email-required' }
  /** A code is sent only to an app that attests its device. */
  | { readonly kind: 'firebase' }
  /** The code is a text. */
  | { readonly kind: 'word' | 'phrase'; readonly beginning?: string }
  /** No code is sent before a payment. */
  | { readonly kind: 'payment' };

/** The ways of an account that doesn't specify any: the first is tried first, auth.resendCode takes the next. */
export const USUAL_WAYS: readonly [CodeWay, ...CodeWay[]] = [{ kind: 'sms' }, { kind: 'call' }];
