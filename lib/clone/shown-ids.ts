import type { Log } from '../base/log.js';
import { shownId } from '../base/source-ids.js';
import type { CloneObserver } from './observer.js';
import type { CloneOptions } from './options.js';
import type { CloneSummary } from './summary.js';

/** What a run tells with and to; where a chat has an older history, by the ids that people see. */
export function tellingShownIds({
  source,
  target,
  observer,
  log,
}: CloneOptions): Pick<CloneOptions, 'observer' | 'log'> {
  return source.former || target.former
    ? { observer: observerOfShown(observer), log: logOfShown(log) }
    : { observer, log };
}

export function shownSummary(summary: CloneSummary): CloneSummary {
  return {
    ...summary,
    failed: summary.failed.map((each) => ({ ...each, sourceId: shownId(each.sourceId) })),
    lastId: shownId(summary.lastId),
  };
}

function observerOfShown(observer: CloneObserver): CloneObserver {
  return {
    onPlan: (plan) => observer.onPlan({ ...plan, firstId: shownId(plan.firstId) }),
    onTransfer: (progress) => observer.onTransfer(shown(progress)),
    onTransferEnd: (end) => observer.onTransferEnd(shown(end)),
    onSent: (sent) =>
      observer.onSent({
        ...sent,
        sourceIds: sent.sourceIds.map(shownId),
        targetIds: sent.targetIds.map(shownId),
      }),
    onSkipped: (skipped) => observer.onSkipped(shown(skipped)),
    onFailed: (failed) => observer.onFailed(shown(failed)),
    onReduced: (reduced) => observer.onReduced(shown(reduced)),
    onTopicCreated: (topic) => observer.onTopicCreated(topic),
    onWait: (wait) => observer.onWait(wait),
    onEnd: (summary) => observer.onEnd(summary),
  };
}

function shown<T extends { readonly sourceId: number }>(told: T): T {
  return { ...told, sourceId: shownId(told.sourceId) };
}

function logOfShown(log: Log): Log {
  return {
    debug: (event, fields) => log.debug(event, fields && shownFields(fields)),
    info: (event, fields) => log.info(event, fields && shownFields(fields)),
    warn: (event, fields) => log.warn(event, fields && shownFields(fields)),
    error: (event, fields) => log.error(event, fields && shownFields(fields)),
  };
}

const ID_FIELDS: ReadonlySet<string> = new Set([
  'sourceId',
  'sourceIds',
  'targetIds',
  'messageId',
  'checkpoint',
]);

function shownFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, ID_FIELDS.has(name) ? shownValue(value) : value]),
  );
}

function shownValue(value: unknown): unknown {
  if (typeof value === 'number') return shownId(value);
  return Array.isArray(value) ? value.map(shownValue) : value;
}
