import { formatBytes } from '../../base/bytes.js';
import { idInChat, isOlder, shownId } from '../../base/source-ids.js';
import type { Chat } from '../../telegram/chat.js';
import { messageLink } from '../../telegram/message-link.js';
import { DIFFERENCES, type DifferenceKind } from '../../verify/differences.js';
import { type Finding, obstacleTo, remedyOf } from '../../verify/findings.js';
import { OBSTACLES, type Obstacle } from '../../verify/obstacles.js';
import type { Sample } from '../../verify/sample.js';
import type { VerifyReport } from '../../verify/verify.js';
import type { Output } from '../output.js';
import { count, formatDuration } from '../progress/words.js';
import { findingWords } from './words.js';

export interface ReportDetails {
  readonly source: Chat;
  readonly target: Chat;
  readonly sampled: Sample['kind'] | undefined;
  /** How many messages --repair has queued; undefined without it. */
  readonly queued: number | undefined;
}

/** How many findings of a kind people see; the journal and --json have more. */
const MOST_SHOWN = 20;

/** The result of a verification: its last lines or, with --json, one document. */
export function tellReport(output: Output, report: VerifyReport, details: ReportDetails): void {
  output.record(reportRecord(report, details));
  const { compared, files, bytes, seconds, byLedger } = report;
  const read = files > 0 ? ` and ${count(files, 'file')} (${formatBytes(bytes)} read)` : '';
  const copies = compared === 1 && files === 0 ? 'its copy' : 'their copies';
  const how = byLedger ? 'by the ledger' : 'by order and content';
  output.line(
    `Compared ${count(compared, 'message')}${read} with ${copies}, found ${how}, in ${formatDuration(seconds)}.`,
  );
  if (details.sampled && details.sampled !== 'all')
    output.line(`The files were a sample; --sample-seed ${report.seed} chooses the same ones again.`);
  for (const line of leftOutLines(report)) output.line(line);
  if (report.total === 0) output.line('There is no difference.');
  else for (const line of differenceLines(report, details)) output.line(line);
}

function leftOutLines({ skipped, reductions, unselected, unrecorded, byLedger }: VerifyReport): string[] {
  const lines: string[] = [];
  const add = (counts: Readonly<Record<string, number>>, what: string): void => {
    if (Object.keys(counts).length > 0) lines.push(`${what}: ${countsOf(counts)}.`);
  };
  add(skipped, byLedger ? 'Left out by the runs' : 'Without a copy, as Telegram demands');
  add(reductions, byLedger ? 'Reduced, as the ledger says' : 'Reduced, as Telegram demands');
  if (unselected > 0) lines.push(`Not selected: ${count(unselected, 'message')}.`);
  if (unrecorded > 0)
    lines.push(
      `Cloned before there was a ledger: ${count(unrecorded, 'message')}; --without-ledger compares them, too.`,
    );
  return lines;
}

function differenceLines(report: VerifyReport, { source, target, queued }: ReportDetails): string[] {
  const lines = [`There ${report.total === 1 ? 'is' : 'are'} ${count(report.total, 'difference')}:`];
  for (const [kind, number] of kindsOf(report)) {
    lines.push(`  ${kind} ${number}: ${DIFFERENCES[kind]}`);
    const found = report.findings.filter((each) => each.kind === kind);
    for (const each of found.slice(0, MOST_SHOWN)) {
      const links = [linkTo(source, each.sourceId), linkTo(target, each.targetId)].filter(Boolean);
      lines.push(`    ${findingWords(each)}${links.length > 0 ? ` ${links.join(' ')}` : ''}`);
    }
    if (number > MOST_SHOWN) lines.push(`    and ${number - Math.min(found.length, MOST_SHOWN)} more`);
  }
  lines.push(`All of them are in ${report.journalPath}.`);
  return [...lines, ...repairLines(report, queued)];
}

function repairLines(report: VerifyReport, queued: number | undefined): string[] {
  if (queued === undefined) {
    const some = report.findings.some((each) => ['send', 'edit'].includes(remedyOf(each)));
    return some && report.byLedger ? ['--repair queues for the next run what it can repair.'] : [];
  }
  const rest = (Object.keys(OBSTACLES) as Obstacle[]).flatMap((obstacle) => {
    const number = report.unrepairable[obstacle] ?? 0;
    return number > 0 ? [`  ${obstacle} ${number}: ${OBSTACLES[obstacle]}.`] : [];
  });
  const lines = [`The next telepi run repairs ${count(queued, 'message')}.`];
  return rest.length === 0 ? lines : [...lines, 'It cannot repair:', ...rest];
}

function kindsOf({ differences }: VerifyReport): [DifferenceKind, number][] {
  return (Object.keys(DIFFERENCES) as DifferenceKind[]).flatMap((kind) => {
    const number = differences[kind] ?? 0;
    return number > 0 ? [[kind, number]] : [];
  });
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const each = Object.entries(counts)
    .sort()
    .map(([name, number]) => `${name} ${number}`);
  return `${total} (${each.join(', ')})`;
}

function linkTo(chat: Chat, id: number | undefined): string | undefined {
  return id === undefined || isOlder(id) ? undefined : messageLink(chat, idInChat(id));
}

function reportRecord(
  report: VerifyReport,
  { source, target, sampled, queued }: ReportDetails,
): Record<string, unknown> {
  const side = ({ id, title, kind }: Chat): Record<string, unknown> => ({ id, title, type: kind });
  const { findings, total, seed, journalPath, seconds } = report;
  return {
    event: 'verify',
    equal: total === 0,
    source: side(source),
    target: side(target),
    byLedger: report.byLedger,
    compared: report.compared,
    files: report.files,
    bytesRead: report.bytes,
    sampleSeed: sampled === undefined || sampled === 'all' ? null : seed,
    skipped: report.skipped,
    reductions: report.reductions,
    unselected: report.unselected,
    unrecorded: report.unrecorded,
    differences: report.differences,
    unrepairable: report.unrepairable,
    total,
    findings: findings.map((each) => findingRecord(each, { source, target })),
    findingsLeftOut: Math.max(0, total - findings.length),
    journal: journalPath,
    repairsQueued: queued ?? null,
    continued: report.continued,
    seconds,
  };
}

function findingRecord(
  finding: Finding,
  chats: Pick<ReportDetails, 'source' | 'target'>,
): Record<string, unknown> {
  const { kind, field, sourceId, targetId, source, copy, why } = finding;
  return {
    kind,
    field: field ?? null,
    sourceId: sourceId === undefined ? null : shownId(sourceId),
    targetId: targetId === undefined ? null : shownId(targetId),
    sourceLink: linkTo(chats.source, sourceId) ?? null,
    targetLink: linkTo(chats.target, targetId) ?? null,
    source: source ?? null,
    copy: copy ?? null,
    why: why ?? null,
    repair: remedyOf(finding),
    obstacle: obstacleTo(finding) ?? null,
  };
}
