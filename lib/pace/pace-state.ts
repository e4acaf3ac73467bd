import type { BudgetState, Estimate, Window } from './message-budget.js';
import type { PaceState } from './message-pace.js';

/** A MessagePace as text, for other processes. */
export function paceText(state: PaceState): string {
  return JSON.stringify(state);
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
    const [at, items] = Array.isArray(turn) ? [numberIn(turn[0]), numberIn(turn[1])] : [];
    return at === undefined || items === undefined ? [] : [[at, items] as const];
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
