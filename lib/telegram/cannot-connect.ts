import { FailedError, messageOf } from '../base/errors.js';
import { type ProxyAddress, proxyWords } from '../base/proxy-address.js';
import type { ServerAddress } from '../base/server-address.js';
import { CONNECTION_WORDS, codeOf } from '../base/system-errors.js';
import { ProxyError, silent } from '../mtproto/proxy/errors.js';
import { NoAnswerError, TelegramError } from '../refusals/telegram-error.js';

/** Where a client tried to connect. */
interface Destination {
  readonly server: ServerAddress | undefined;
  readonly proxy: ProxyAddress | undefined;
}

/** CANNOT_CONNECT: says what happened at the last of `attempts`, and what to check. */
export function cannotConnect({ server, proxy }: Destination, cause: unknown, attempts: number): FailedError {
  const to = server ? `the server at ${server.host}:${server.port}` : 'Telegram';
  const where = proxy ? `${to} through the ${proxyWords(proxy)}` : to;
  const reason = reasonWords(causeOf(cause), attempts);
  return new FailedError(
    'CANNOT_CONNECT',
    `Can't connect to ${where} (${reason}): ${fixFor({ server, proxy })}.`,
    {
      cause,
    },
  );
}

/** The proxy's part in a failure, if any: its answer, or that nothing ever came through an MTProxy. */
export function proxyFault(error: unknown, proxy: ProxyAddress | undefined): ProxyError | undefined {
  if (!proxy) return undefined;
  for (let next = error; next instanceof Error; next = next.cause) {
    if (next instanceof ProxyError) return next;
  }
  const nothingCame = error instanceof NoAnswerError && error.why === 'TIMEOUT';
  return nothingCame && proxy.kind === 'mtproxy' ? silent(proxy, error) : undefined;
}

/** The cause of an error, or the error itself. */
export function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function fixFor({ server, proxy }: Destination): string {
  if (proxy) return `check that the proxy reaches ${server ? 'the server' : 'Telegram'}`;
  return server
    ? 'check TG_SERVER, and that the server is running'
    : 'check the network, and that a firewall lets port 443 out';
}

/** Free of parentheses, because it is put in parentheses. */
function reasonWords(reason: unknown, attempts: number): string {
  if (reason instanceof NoAnswerError) {
    return reason.why === 'TIMEOUT'
      ? `TIMEOUT, no answer in ${attempts} attempts`
      : 'the connection was lost';
  }
  if (reason instanceof TelegramError) return reason.errorMessage;
  const code = codeOf(reason);
  if (code === undefined) return messageOf(reason).replaceAll(/[()]/g, '');
  const words = CONNECTION_WORDS[code];
  return words === undefined ? code : `${code}, ${words}`;
}
