import { Api } from 'telegram/tl/index.js';
import { together } from '../base/together.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { AccountFacts, Caller } from './caller.js';

/** What this account may send. */
export interface AccountLimits {
  /** UTF-16 units of a caption. */
  readonly captionLength: number;
  /** UTF-16 units of a text. */
  readonly textLength: number;
  /** Parts of 512 KiB in one file. */
  readonly maxFileParts: number;
  readonly premium: boolean;
  /** Messages with headings, tables and the like. */
  readonly richMessages: boolean;
}

/** As core.telegram.org/api/config documents them. */
const DOCUMENTED = {
  textLength: 4096,
  captionLength: { default: 1024, premium: 4096 },
  maxFileParts: { default: 4000, premium: 8000 },
};

/**
 * Reads the limits that Telegram sets for this account, at most a minute old: help.getAppConfig, help.getConfig, and
 * whether it has Premium. If a server refuses one of them, the documented value takes its place.
 */
export async function readLimits(client: Caller & AccountFacts, signal: AbortSignal): Promise<AccountLimits> {
  const [user, appConfig, config] = await together(signal, (linked) => [
    optional(client.self.get(linked)),
    optional(client.call(appConfigRequest(), { signal: linked })),
    optional(client.config.get(linked)),
  ]);
  const premium = user?.premium === true;
  const level = premium ? 'premium' : 'default';
  const numbers = numbersOf(appConfig);
  return {
    premium,
    richMessages: mayPostRich(appConfig, premium),
    textLength:
      numbers.get(`message_length_limit_${level}`) ??
      positive(config?.messageLengthMax) ??
      DOCUMENTED.textLength,
    captionLength:
      numbers.get(`caption_length_limit_${level}`) ??
      (premium ? undefined : positive(config?.captionLengthMax)) ??
      DOCUMENTED.captionLength[level],
    maxFileParts: numbers.get(`upload_max_fileparts_${level}`) ?? DOCUMENTED.maxFileParts[level],
  };
}

/** The call of `readLimits` that nobody else makes. */
export function appConfigRequest(): Api.help.GetAppConfig {
  return new Api.help.GetAppConfig({ hash: 0 });
}

async function optional<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof TelegramError) return undefined;
    throw error;
  }
}

/** A value that makes no sense counts as missing. */
function positive(count: number | undefined): number | undefined {
  return count !== undefined && count > 0 ? count : undefined;
}

/** `rich_message_posting`: disabled, premium or enabled. A server that doesn't say is asked by the send itself. */
function mayPostRich(appConfig: Api.help.TypeAppConfig | undefined, premium: boolean): boolean {
  const value = valuesOf(appConfig).find(({ key }) => key === 'rich_message_posting')?.value;
  const posting = value instanceof Api.JsonString ? value.value : 'premium';
  return posting === 'enabled' || (posting === 'premium' && premium);
}

function valuesOf(appConfig: Api.help.TypeAppConfig | undefined): readonly Api.TypeJSONObjectValue[] {
  if (!(appConfig instanceof Api.help.AppConfig)) return [];
  return appConfig.config instanceof Api.JsonObject ? appConfig.config.value : [];
}

function numbersOf(appConfig: Api.help.TypeAppConfig | undefined): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const { key, value } of valuesOf(appConfig)) {
    if (value instanceof Api.JsonNumber && value.value > 0) numbers.set(key, value.value);
  }
  return numbers;
}
