import type { BudgetState, Estimate, Window } from './budget-state.js';
import type { PaceState } from './message-pace.js';

/** A MessagePace as text, for other processes; `writtenAt` is the time by the clock of its times. */
export function paceText(state: PaceState, writtenAt?: number): string {
  return JSON.stringify({ ...state, writtenAt });
}

/** When paceText has written `text`; undefined when it doesn't say. */
export function paceWrittenAt(text: string | undefined): number | undefined {
  return numberIn(objectIn(parsed(text))['writtenAt']);
}

/** What paceText has written; what can't be read counts as not known. */
export function paceState(text: string | undefined): Partial<PaceState> {
  const state = objectIn(parsed(text));
  const floods = numberIn(state['floods']);
  const spentUntil = numberIn(state['spentUntil']);
  return {
    budget: budgetIn(objectIn(state['budget'])),
    turns: turnsIn(state['turns']),
    floods: floods ?? 0,
    ...(spentUntil !== undefined && { spentUntil }),
    flood: floodIn(objectIn(state['flood'])),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function budgetIn(fields: Fields): BudgetState {
  return {
    estimate: estimateIn(objectIn(fields['estimate'])),
    since: windowIn(objectIn(fields['since'])),
    sinceFlood: fields['sinceFlood'] === true,
    window: windowIn(objectIn(fields['window'])),
    next: windowIn(objectIn(fields['next'])),
    latest: numberIn(fields['latest']) ?? 0,
    slackShare: numberIn(fields['slackShare']),
    countsAlone: fields['countsAlone'] === true,
    calmSince: numberIn(fields['calmSince']),
  };
}

function estimateIn({ windowMs, items, sure, cautiousMs }: Fields): Estimate | undefined {
  const [window, count, cautious] = [numberIn(windowMs), numberIn(items), numberIn(cautiousMs)];
  if (!isAbove(window, 0) || !isAbove(count, 0) || cautious === undefined) return undefined;
  return { windowMs: window, items: count, sure: sure === true, cautiousMs: cautious };
}

function windowIn({ earliest, latest, items }: Fields): Window | undefined {
  const [from, to, count] = [numberIn(earliest), numberIn(latest), numberIn(items)];
  return from === undefined || to === undefined || count === undefined
    ? undefined
    : { earliest: from, latest: to, items: count };
}

function turnsIn(value: unknown): PaceState['turns'] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((turn: unknown) => {
    const [at, items, floorMs] = Array.isArray(turn) ? turn.map(numberIn) : [];
    return at === undefined || items === undefined ? [] : [[at, items, floorMs ?? 0] as const];
  });
}

function floodIn({ endsAt, resumesAt }: Fields): PaceState['flood'] {
  const [ends, resumes] = [numberIn(endsAt), numberIn(resumesAt)];
  return ends === undefined || resumes === undefined ? undefined : { endsAt: ends, resumesAt: resumes };
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function isAbove(value: number | undefined, least: number): value is number {
  return value !== undefined && value > least;
}
