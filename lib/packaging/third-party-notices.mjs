import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const NOTICE = /^(?:licen[cs]e|copying|notice|unlicense)/i;

/**
 * The licences of all packages that modules come from, as one text. Throws for a package without a licence file, which
 * may not be passed on.
 */
export function thirdPartyNotices(moduleIds) {
  const folders = new Set(moduleIds.flatMap((id) => packageFolder(id) ?? []));
  const notices = [...folders].map(noticeOf).sort();
  return `TelePi contains these packages.\n\n${[...new Set(notices)].join('\n')}`;
}

/** The part of a path up to the name of the package; undefined for TelePi's own modules. */
function packageFolder(id) {
  const mark = `${sep}node_modules${sep}`;
  const at = id.lastIndexOf(mark);
  if (at < 0) return undefined;
  const [scope, name] = id.slice(at + mark.length).split(sep);
  return join(id.slice(0, at), 'node_modules', scope, scope.startsWith('@') ? name : '');
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => NOTICE.test(file));
  if (files.length === 0) throw new Error(`${name} ${version} has no licence file.`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
