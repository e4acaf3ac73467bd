/** Directories that every program relies on: of Linux, the BSDs and macOS. Files in them may be anybody's. */
const SYSTEM: ReadonlySet<string> = new Set(
  `/ /etc /home /lost+found /media /mnt /opt /root /run /snap /srv /tmp /usr /usr/local /usr/home /var
  /run/lock /run/user /dev/shm /etc/ssl /etc/systemd
  /var/backups /var/cache /var/db /var/lib /var/lib/docker /var/lib/systemd /var/local /var/lock /var/log /var/mail
  /var/opt /var/run /var/spool /var/tmp /var/www
  /Applications /Library /Network /System /Users /Users/Shared /Volumes /private /private/etc /private/tmp /private/var`.split(
    /\s+/,
  ),
);

/** Directories that belong to the system with everything in them. */
const SYSTEM_TREES = (
  '/bin /boot /dev /lib /lib32 /lib64 /libx32 /proc /sbin /sys /usr/bin /usr/include /usr/lib /usr/lib32 /usr/lib64 ' +
  '/usr/libexec /usr/sbin /usr/share /usr/src /System'
).split(' ');

/** Whether no command should ever change the owner or the mode of `path`, which is absolute, with its links resolved. */
export function isSystemDirectory(path: string): boolean {
  return SYSTEM.has(path) || SYSTEM_TREES.some((tree) => path === tree || path.startsWith(`${tree}/`));
}
