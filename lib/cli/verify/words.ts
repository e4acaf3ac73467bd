import { shownId } from '../../base/source-ids.js';
import type { Finding } from '../../verify/findings.js';

/** The most characters of a value that a line shows. */
const LONGEST_VALUE = 60;

/** A finding in one line: `text: source 5, copy 9: text "a" became "b"`. */
export function findingWords({ kind, field, sourceId, targetId, why, ...values }: Finding): string {
  const places = [
    ...(sourceId === undefined ? [] : [`source ${shownId(sourceId)}`]),
    ...(targetId === undefined ? [] : [`target ${shownId(targetId)}`]),
  ];
  const details = [
    ...(field === undefined || field === kind ? [] : [field]),
    ...('source' in values || 'copy' in values
      ? [`${valueWords(values.source)} in the source, ${valueWords(values.copy)} in the target`]
      : []),
    ...(why === undefined ? [] : [why]),
  ];
  return [kind, places.join(', '), ...details].filter((part) => part !== '').join(': ');
}

function valueWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
