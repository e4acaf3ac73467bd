/** Directories that every program relies on, on Linux, the BSDs and macOS. Files in them may belong to anybody. */
const SYSTEM: ReadonlySet<string> = new Set(
  `/ /home /media /mnt /opt /root /srv /tmp /var /usr/home /run/user /run/media
  /var/db /var/lib /var/lib/docker /var/local /var/opt /var/tmp /var/www
  /Applications /Network /Users /Users/Shared /Volumes /private`.split(/\s+/),
);

/** Directories that belong to the system with everything in them. */
const SYSTEM_TREES =
  `/bin /boot /dev /etc /lib /lib32 /lib64 /libx32 /lost+found /proc /run /sbin /snap /sys /usr
  /var/backups /var/cache /var/cron /var/lib/apt /var/lib/dpkg /var/lib/rpm /var/lib/systemd /var/lock /var/log /var/mail
  /var/root /var/run /var/spool /Library /System`.split(/\s+/);

/** Directories of people inside those trees: homes, and places where something is mounted for somebody. */
const PEOPLES = ['/usr/home', '/run/user', '/run/media'];

/** Directories in which packages install theirs, including empty ones. */
const PACKAGES = ['/opt', '/var'];

/** Directories in which each program keeps one of its own. */
const PROGRAMS: ReadonlySet<string> = new Set('/var/db /var/lib /var/local /var/opt'.split(' '));

/** Whether no command should ever change the owner or the mode of `path`, which is absolute, with its links resolved. */
export function isSystemDirectory(path: string): boolean {
  const plain = plainName(path);
  return SYSTEM.has(plain) || (isBelow(plain, SYSTEM_TREES) && !isBelow(plain, PEOPLES));
}

/**
 * Whether `path` (as for isSystemDirectory) is among the directories that packages install: even an empty one may be
 * needed.
 */
export function isOfPackages(path: string): boolean {
  return isBelow(plainName(path), PACKAGES);
}

/**
 * Whether root may harmlessly give `path` to somebody if it is empty or missing. `nearest` is the path itself, or the
 * nearest existing directory above it; both as for isSystemDirectory.
 */
export function mayChangeHands(path: string, nearest: string): boolean {
  if (isSystemDirectory(path)) return false;
  if (path === nearest) return !isOfPackages(path);
  return !isBelow(plainName(path), ['/var']) || PROGRAMS.has(plainName(nearest));
}

function isBelow(path: string, trees: readonly string[]): boolean {
  return trees.some((tree) => path === tree || path.startsWith(`${tree}/`));
}

/** On macOS /etc, /tmp and /var are links into /private. */
function plainName(path: string): string {
  return path.replace(/^\/private(?=\/(?:etc|tmp|var)(?:\/|$))/, '');
}
