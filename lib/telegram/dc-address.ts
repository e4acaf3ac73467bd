import type { Api } from 'telegram';
import {
  PROD_DC_IPV4,
  PROD_DC_IPV6,
  TEST_DC_IPV4,
  TEST_DC_IPV6,
} from 'telegram/client/telegramBaseClient.js';
import { FailedError } from '../base/errors.js';

export interface DcAddress {
  readonly id: number;
  readonly ipAddress: string;
  readonly port: number;
}

export interface DcLookup {
  /** The server that the user named, if any: its address stands, whatever help.getConfig says of that DC. */
  readonly given: DcAddress | undefined;
  readonly config: Api.Config | undefined;
  readonly testDc: boolean;
  readonly ipv6: boolean;
  /** How many connections to this DC have failed: picks the next of its addresses. */
  readonly failures: number;
}

const DEFAULT_PORT = 443;

/**
 * Where a DC is: as given, or as help.getConfig says, or, for Telegram's own servers, as published. Addresses that are
 * for CDN, media only or obfuscation only are left out: the permanent key is known at the others for certain.
 */
export function findDc(dcId: number, { given, config, testDc, ipv6, failures }: DcLookup): DcAddress {
  if (given?.id === dcId) return given;
  const options = (config?.dcOptions ?? []).filter(
    (option) =>
      option.id === dcId &&
      !option.cdn &&
      !option.mediaOnly &&
      !option.tcpoOnly &&
      !option.secret?.length &&
      (given !== undefined || (option.ipv6 ?? false) === ipv6),
  );
  const option = options[failures % Math.max(1, options.length)];
  if (option) return { id: dcId, ipAddress: option.ipAddress, port: option.port || DEFAULT_PORT };
  const published = given === undefined ? publishedTable(testDc, ipv6)[dcId] : undefined;
  if (published !== undefined) return { id: dcId, ipAddress: published, port: DEFAULT_PORT };
  throw new FailedError(
    'UNKNOWN_DC',
    `The server sent telepi to its DC ${dcId}, but its own list of DCs (help.getConfig) has no address for it.`,
    { fields: { dcId } },
  );
}

/** Whether `host` is an address of Telegram's own servers, as far as their published ranges tell. */
export function isTelegrams(host: string): boolean {
  return /^(149\.154\.1[67]\d\.|91\.108\.|95\.161\.76\.|2001:0?67c:0?4e8:|2001:0?b28:f23)/i.test(host);
}

function publishedTable(testDc: boolean, ipv6: boolean): { readonly [dcId: number]: string } {
  if (testDc) return ipv6 ? TEST_DC_IPV6 : TEST_DC_IPV4;
  return ipv6 ? PROD_DC_IPV6 : PROD_DC_IPV4;
}
