import type { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';

export interface DcAddress {
  readonly id: number;
  readonly ipAddress: string;
  readonly port: number;
}

export interface DcLookup {
  /** The server that the user named, if any: its address stands, whatever help.getConfig says about that DC. */
  readonly given: DcAddress | undefined;
  /** The home DC according to the session. */
  readonly home: DcAddress;
  readonly config: Api.Config | undefined;
  readonly testDc: boolean;
  /** How many connections to this DC have failed: selects the next of its addresses. */
  readonly failures: number;
}

const DEFAULT_PORT = 443;
/** The DC that a new account starts at; the server names another one if need be. */
const FIRST_DC = 2;
/**
 * Telegram's own IPv4 addresses by DC (core.telegram.org/api/datacenter, my.telegram.org), used to ask for
 * help.getConfig.
 */
const PUBLISHED: { readonly [dcId: number]: string } = {
  1: '149.154.175.50',
  2: '149.154.167.51',
  3: '149.154.175.100',
  4: '149.154.167.91',
  5: '149.154.171.5',
};
const PUBLISHED_TEST: { readonly [dcId: number]: string } = {
  1: '149.154.175.10',
  2: '149.154.167.40',
  3: '149.154.175.117',
};

/**
 * The address of a DC: the given one, or the session's for its home, or the one in help.getConfig, or, for Telegram's
 * own servers, the published one. Throws FailedError UNKNOWN_DC.
 */
export function findDc(dcId: number, lookup: DcLookup): DcAddress {
  const { given, home, failures } = lookup;
  if (given?.id === dcId) return given;
  const addresses = [...(home.id === dcId ? [home] : []), ...listed(dcId, lookup)];
  const address = addresses[failures % Math.max(1, addresses.length)];
  if (address) return address;
  throw new FailedError(
    'UNKNOWN_DC',
    `The server sent telepi to its DC ${dcId}, but its own list of DCs (help.getConfig) has no address for it.`,
    { fields: { dcId } },
  );
}

/** The server of Telegram's own that a new session begins at. */
export function firstDc(testDc: boolean): DcAddress {
  const ipAddress = (testDc ? PUBLISHED_TEST : PUBLISHED)[FIRST_DC] ?? '';
  return { id: FIRST_DC, ipAddress, port: DEFAULT_PORT };
}

/** Whether `host` is an address of Telegram's own servers, as far as their published ranges show. */
export function isTelegrams(host: string): boolean {
  return /^(149\.154\.1[67]\d\.|91\.108\.|95\.161\.76\.|2001:0?67c:0?4e8:|2001:0?b28:f23)/i.test(host);
}

/**
 * Leaves out addresses that are for CDN, media only or obfuscation only: the permanent key is certain to be known at
 * the others. For Telegram's own servers, uses the IPv4 ones.
 */
function listed(dcId: number, { given, config, testDc }: DcLookup): DcAddress[] {
  const options = (config?.dcOptions ?? []).filter(
    ({ id, cdn, mediaOnly, tcpoOnly, secret, ipv6 }) =>
      id === dcId && !cdn && !mediaOnly && !tcpoOnly && !secret?.length && (given !== undefined || !ipv6),
  );
  const addresses = options.map(({ ipAddress, port }) => ({
    id: dcId,
    ipAddress,
    port: port || DEFAULT_PORT,
  }));
  const published = given === undefined ? (testDc ? PUBLISHED_TEST : PUBLISHED)[dcId] : undefined;
  if (addresses.length > 0 || published === undefined) return addresses;
  return [{ id: dcId, ipAddress: published, port: DEFAULT_PORT }];
}
