import { Api } from 'telegram/tl/index.js';
import { formatBytes, PART_SIZE } from '../../base/bytes.js';
import type { TelepiClient } from '../../telegram/client.js';
import { readLimits } from '../../telegram/limits.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { personWords } from '../person.js';
import { formatDuration } from '../progress/words.js';
import type { Outcome } from './finding.js';

/** The server refuses a msg_id more than 30 seconds in the future, or 300 in the past. */
const MAX_SKEW_SECONDS = 30;

export async function signedIn(client: TelepiClient, signal: AbortSignal): Promise<Outcome> {
  const user = await currentUser(client, signal);
  const kind = user.bot ? ', a bot, which can read only what bots may' : '';
  return `${personWords(user)}${kind}`;
}

/** Compares this machine's clock with the server's: `config.date` of help.getConfig. */
export async function clockSkew(client: TelepiClient, context: CommandContext): Promise<Outcome> {
  const { signal, clock } = context;
  const before = clock.now();
  const config = await client.call(new Api.help.GetConfig(), { signal });
  const middle = (before + clock.now()) / 2000;
  const skew = Math.round(middle - config.date);
  if (Math.abs(skew) <= MAX_SKEW_SECONDS) return `${skew} s from the server's`;
  const side = skew > 0 ? 'ahead of' : 'behind';
  return {
    fix: `it is ${formatDuration(Math.abs(skew))} ${side} the server's: set it, for example with timedatectl set-ntp true`,
  };
}

export async function limits(client: TelepiClient, signal: AbortSignal): Promise<Outcome> {
  const { maxFileParts, textLength, captionLength, premium } = await readLimits(client, signal);
  const file = formatBytes(maxFileParts * PART_SIZE);
  return `files to ${file}, texts to ${textLength} and captions to ${captionLength} characters${premium ? ' (Premium)' : ''}`;
}
