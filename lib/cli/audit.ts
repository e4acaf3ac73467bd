import { ExitStatus } from '../base/errors.js';
import { readLedger } from '../ledger/ledger.js';
import type { Settings } from '../settings/settings.js';
import { type AuditFinding, auditIfThere } from '../store/tables/action-log.js';
import type { CommandContext } from './command.js';
import { ledgerPlace } from './ledger-place.js';

/** `telepi status --audit`: checks the chain of each host in the log of actions; 1 when something is wrong. */
export async function audit(context: CommandContext, settings: Settings): Promise<number> {
  const { output } = context;
  const place = ledgerPlace(context, settings);
  const found = await readLedger(place, auditIfThere);
  const { hosts = [], findings = [] } = found ?? {};
  const names = new Set([...hosts.map(({ host }) => host), ...findings.map(({ host }) => host)]);
  if (names.size === 0) output.line('The log of actions has no entry yet.');
  for (const host of [...names].sort()) {
    const rows = hosts.find((each) => each.host === host)?.rows ?? 0;
    const finding = findings.find((each) => each.host === host);
    output.line(`${host}: ${finding ? findingWords(finding, rows) : `${entries(rows)}, unchanged`}`);
    output.record({ event: 'audit', host, rows, what: finding?.what ?? null, from: finding?.seq ?? null });
  }
  return findings.length === 0 ? ExitStatus.done : ExitStatus.failed;
}

const WHAT: Readonly<Record<AuditFinding['what'], string>> = {
  changed: 'is not what TelePi wrote',
  missing: 'was taken out',
  added: 'was put in by something else than TelePi',
};

/** What comes after the first broken link proves nothing, so it isn't counted. */
function findingWords({ what, seq }: AuditFinding, rows: number): string {
  return `entry ${seq} ${WHAT[what]}; ${entries(rows)} before it unchanged, and nothing can be said of those after it`;
}

function entries(rows: number): string {
  return `${rows} ${rows === 1 ? 'entry' : 'entries'}`;
}
