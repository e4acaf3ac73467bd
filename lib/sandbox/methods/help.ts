import { Api } from 'telegram/tl/index.js';
import { ANSWER_DELETE_PERIOD } from '../kinds/open-answers.js';
import type { Caller } from '../rpc.js';
import type { MethodContext, MethodGroup } from './context.js';
import { REACTION_LIMITS } from './reaction-rules.js';

const CONFIG_LIFE_SECONDS = 3600;

/** The limits that clients read from help.getAppConfig, with Telegram's own values. */
const APP_CONFIG = {
  channels_limit_default: 500,
  channels_limit_premium: 1000,
  upload_max_fileparts_default: 4000,
  upload_max_fileparts_premium: 8000,
  caption_length_limit_default: 1024,
  caption_length_limit_premium: 4096,
  message_length_limit_default: 4096,
  message_length_limit_premium: 8192,
  quote_length_max: 1024,
  reactions_uniq_max: REACTION_LIMITS.different,
  reactions_user_max_default: REACTION_LIMITS.own,
  reactions_user_max_premium: REACTION_LIMITS.ownPremium,
  poll_answers_max: 12,
  poll_answer_delete_period: ANSWER_DELETE_PERIOD,
  poll_close_period_max: 2_628_000,
  todo_items_max: 30,
  todo_title_length_max: 32,
  todo_item_length_max: 64,
  stars_paid_post_amount_max: 10_000,
  rich_message_text_length_max: 32_768,
  rich_message_block_count_max: 500,
  rich_message_depth_max: 16,
  rich_message_media_count_max: 50,
  rich_message_table_column_count_max: 20,
  about_length_limit_default: 70,
  about_length_limit_premium: 140,
  dialogs_pinned_limit_default: 5,
  dialogs_pinned_limit_premium: 10,
  topics_pinned_limit: 5,
  forum_upgrade_participants_min: 0,
  small_queue_max_active_operations_count: 5,
  large_queue_max_active_operations_count: 2,
} as const;

/** Facts that clients request before and during their work: addresses, limits, languages. */
export function helpMethods(context: MethodContext): MethodGroup {
  return {
    open: {
      'help.GetConfig': (_request: Api.help.GetConfig, caller) => config(context, caller),
      'help.GetNearestDc': (_request: Api.help.GetNearestDc, caller) =>
        new Api.NearestDc({ country: 'XX', thisDc: caller.dcId, nearestDc: context.world.homeDc }),
      'help.GetAppConfig': (request: Api.help.GetAppConfig) =>
        request.hash === APP_CONFIG_HASH
          ? new Api.help.AppConfigNotModified()
          : new Api.help.AppConfig({ hash: APP_CONFIG_HASH, config: appConfig() }),
      'help.GetCdnConfig': () => new Api.CdnConfig({ publicKeys: [] }),
      'help.GetTermsOfServiceUpdate': () =>
        new Api.help.TermsOfServiceUpdateEmpty({ expires: context.world.nowSeconds() + CONFIG_LIFE_SECONDS }),
      'help.GetAppUpdate': () => new Api.help.NoAppUpdate(),
      'help.SaveAppLog': () => true,
      'langpack.GetLangPack': (request: Api.langpack.GetLangPack) => noStrings(request.langCode),
      'langpack.GetDifference': (request: Api.langpack.GetDifference) => noStrings(request.langCode),
      'langpack.GetStrings': () => [],
      'langpack.GetLanguages': () => [],
    },
    anyDc: {
      'help.GetPromoData': () =>
        new Api.help.PromoDataEmpty({ expires: context.world.nowSeconds() + CONFIG_LIFE_SECONDS }),
      'help.GetInviteText': () => new Api.help.InviteText({ message: '' }),
    },
  };
}

/** Who may send rich messages: `disabled`, `premium` or `enabled`. */
const RICH_MESSAGE_POSTING = 'premium';

const APP_CONFIG_HASH = 1;

function config(context: MethodContext, caller: Caller): Api.Config {
  const date = context.world.nowSeconds();
  return new Api.Config({
    date,
    expires: date + CONFIG_LIFE_SECONDS,
    testMode: false,
    thisDc: caller.dcId,
    dcOptions: context
      .dcs()
      .map(
        ({ id, host, port }) =>
          new Api.DcOption({ id, ipAddress: host, port, static: true, ipv6: host.includes(':') }),
      ),
    dcTxtDomainName: '',
    chatSizeMax: 200,
    megagroupSizeMax: 200_000,
    forwardedCountMax: 100,
    onlineUpdatePeriodMs: 210_000,
    offlineBlurTimeoutMs: 5_000,
    offlineIdleTimeoutMs: 30_000,
    onlineCloudTimeoutMs: 300_000,
    notifyCloudDelayMs: 30_000,
    notifyDefaultDelayMs: 1_500,
    pushChatPeriodMs: 60_000,
    pushChatLimit: 2,
    editTimeLimit: 172_800,
    revokeTimeLimit: 2 ** 31 - 1,
    revokePmTimeLimit: 2 ** 31 - 1,
    ratingEDecay: 2_419_200,
    stickersRecentLimit: 200,
    channelsReadMediaPeriod: 604_800,
    callReceiveTimeoutMs: 20_000,
    callRingTimeoutMs: 90_000,
    callConnectTimeoutMs: 30_000,
    callPacketTimeoutMs: 10_000,
    meUrlPrefix: 'https://t.me/',
    // The limits of accounts with Premium are in help.getAppConfig alone.
    captionLengthMax: APP_CONFIG.caption_length_limit_default,
    messageLengthMax: APP_CONFIG.message_length_limit_default,
    webfileDcId: context.world.homeDc,
  });
}

/** The longest text that the account may write, in UTF-16 units. */
export function textLimit({ premium }: { readonly premium: boolean }): number {
  return premium ? APP_CONFIG.message_length_limit_premium : APP_CONFIG.message_length_limit_default;
}

/** The longest caption that the account may write, in UTF-16 units. */
export function captionLimit({ premium }: { readonly premium: boolean }): number {
  return premium ? APP_CONFIG.caption_length_limit_premium : APP_CONFIG.caption_length_limit_default;
}

/** In how many channels and supergroups the account may be. */
export function channelLimit({ premium }: { readonly premium: boolean }): number {
  return premium ? APP_CONFIG.channels_limit_premium : APP_CONFIG.channels_limit_default;
}

function appConfig(): Api.JsonObject {
  return new Api.JsonObject({
    value: [
      ...Object.entries(APP_CONFIG).map(
        ([key, value]) => new Api.JsonObjectValue({ key, value: new Api.JsonNumber({ value }) }),
      ),
      new Api.JsonObjectValue({
        key: 'rich_message_posting',
        value: new Api.JsonString({ value: RICH_MESSAGE_POSTING }),
      }),
    ],
  });
}

function noStrings(langCode: string): Api.LangPackDifference {
  return new Api.LangPackDifference({ langCode, fromVersion: 0, version: 0, strings: [] });
}
