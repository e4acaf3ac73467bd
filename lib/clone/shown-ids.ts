import type { Log } from '../base/log.js';
import { shownId } from '../base/source-ids.js';
import type { CloneEvent } from './events.js';
import type { CloneOptions } from './options.js';
import type { CloneSummary } from './summary.js';

/**
 * Wraps a run's log and the receiver of its events so that, where a chat has an older history, they get the ids that
 * people see.
 */
export function tellingShownIds({
  source,
  target,
  onEvent,
  log,
}: CloneOptions): Pick<CloneOptions, 'onEvent' | 'log'> {
  return source.former || target.former
    ? { onEvent: (event) => onEvent(shownEvent(event)), log: logOfShown(log) }
    : { onEvent, log };
}

export function shownSummary(summary: CloneSummary): CloneSummary {
  return {
    ...summary,
    failed: summary.failed.map((each) => ({ ...each, sourceId: shownId(each.sourceId) })),
    lastId: shownId(summary.lastId),
  };
}

function shownEvent(event: CloneEvent): CloneEvent {
  switch (event.kind) {
    case 'plan':
      return { ...event, firstId: shownId(event.firstId) };
    case 'sent':
      return {
        ...event,
        sourceIds: event.sourceIds.map(shownId),
        targetIds: event.targetIds.map(shownId),
      };
    case 'topic':
    case 'profile':
    // The summary already counts in shown ids.
    case 'end':
      return event;
    default:
      return { ...event, sourceId: shownId(event.sourceId) };
  }
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
  'targetId',
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
