import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSystemDirectory, mayChangeHands } from '../../lib/base/system-directory.js';

const OF_THE_SYSTEM =
  `/ /home /opt /root /srv /tmp /usr /usr/home /var /var/lib /var/lib/docker /var/tmp /Users /run/media
  /bin/x /boot/data /dev/shm/x /etc/apt/keyrings /etc/opt /etc/telepi /lib64/x /lost+found/x /proc/1/x /run/lock/x
  /run/sshd /sbin/x /snap/core /sys/kernel /usr/games /usr/local/bin /usr/local/games /usr/share/x
  /var/backups/x /var/cache/apt/archives /var/cron/tabs /var/lib/apt/lists /var/lib/dpkg/info /var/lib/systemd/linger
  /var/lock/x /var/log/journal /var/mail/x /var/run/x /var/spool/cron /System/x /Library/x /private/etc/ssh
  /private/var/root`.split(/\s+/);

const OF_SOMEBODY =
  `/data /homework /etcetera /home/alice /opt/telepi /root/telepi /srv/telepi /tmp/telepi /usr/home/alice
  /run/user/1000/telepi /run/media/alice/disk /var/lib/telepi /var/lib/telepi/data /var/opt/telepi /Users/alice
  /private/var/db/telepi`.split(/\s+/);

test('everything below /etc, /usr, /run, /var/spool and the like belongs to the system', () => {
  assert.deepEqual(
    OF_THE_SYSTEM.filter((path) => !isSystemDirectory(path)),
    [],
  );
  assert.deepEqual(OF_SOMEBODY.filter(isSystemDirectory), []);
});

test('an existing directory may change hands only outside directories that packages install', () => {
  for (const path of ['/data', '/srv/telepi', '/home/alice']) assert.ok(mayChangeHands(path, path), path);
  const installed = ['/var/lib/misc', '/var/www/html', '/var/empty', '/opt/cni/bin', '/private/var/empty'];
  for (const path of [...OF_THE_SYSTEM, ...installed]) assert.ok(!mayChangeHands(path, path), path);
});

test("a missing directory may be made where programs keep theirs, but not inside another program's", () => {
  const allowed = [
    ['/var/lib/telepi', '/var/lib'],
    ['/var/lib/telepi/data', '/var/lib'],
    ['/private/var/db/telepi', '/private/var/db'],
    ['/opt/telepi/data', '/opt/telepi'],
    ['/srv/telepi', '/srv'],
    ['/telepi', '/'],
  ] as const;
  for (const [path, above] of allowed) assert.ok(mayChangeHands(path, above), path);
  const refused = [
    ['/etc/telepi', '/etc'],
    ['/var/telepi', '/var'],
    ['/var/lib/misc/telepi', '/var/lib/misc'],
    ['/var/www/telepi', '/var/www'],
    ['/var/spool/cron/telepi', '/var/spool/cron'],
  ] as const;
  for (const [path, above] of refused) assert.ok(!mayChangeHands(path, above), path);
});
