#!/usr/bin/env bash
# Sets a Debian or Ubuntu machine up for TelePi: Node.js, the user, the program and its systemd unit.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: setup.sh [--package SPEC | --no-package] [--node MAJOR] [--dry-run]

Installs Node.js (from the distribution when it is new enough, from NodeSource's apt repository otherwise), creates
the user telepi, puts TelePi into /opt/telepi and its unit into systemd. It can be run again, after an error too: each
step checks what is already there, and the program is updated. It doesn't start the unit, since you have to sign in first.

  --package SPEC  the package that npm installs: a tarball, a git URL or a package name; without it, the checkout
                  that this script is in
  --no-package    prepare the machine only
  --node MAJOR    the line of Node.js to take from NodeSource: 20, 22 or 24 (default 24)
  --dry-run       say what would be done, without changing anything
  --help          this text

Settings go to /var/lib/telepi/.env, state to /var/lib/telepi/data, both readable by the user telepi alone. The user
telepi writes there, root does not.
With TELEPI_ROOT set to a directory, all these paths are inside it, and root is not needed.
TEXT
}

readonly ROOT=${TELEPI_ROOT:-}
readonly HOME_DIR=/opt/telepi
readonly STATE_DIR=/var/lib/telepi
readonly SERVICE_USER=telepi
readonly NODE_KEY_URL=https://deb.nodesource.com/gpgkey/nodesource-repo.gpg.key
readonly KEY_FILE=/etc/apt/keyrings/nodesource.asc
readonly LIST_FILE=/etc/apt/sources.list.d/nodesource.list
readonly UNIT_FILE=/etc/systemd/system/telepi.service
readonly LINK_FILE=/usr/local/bin/telepi
# TelePi's own minimum, from package.json.
readonly NODE_MINIMUM=20.19

# Whatever the caller's umask is: the user telepi must be able to read what root installs.
umask 022

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly here
dry_run=no
scratch=

main() {
  local package=checkout major=24
  while (($# > 0)); do
    case $1 in
      --package)
        package=$(value_of "$@")
        shift
        ;;
      --no-package) package= ;;
      --node)
        major=$(value_of "$@")
        shift
        ;;
      --dry-run) dry_run=yes ;;
      --help | -h) usage && return 0 ;;
      *) die 2 "setup.sh has no option «$1»; see setup.sh --help." ;;
    esac
    shift
  done
  [[ $major =~ ^(20|22|24)$ ]] || die 2 "--node takes 20, 22 or 24, not «$major»."
  check_machine "$package"
  scratch=$(mktemp -d)
  trap 'rm -rf -- "$scratch"' EXIT

  install_node "$major"
  make_user
  make_directories
  if [[ -n $package ]]; then install_package "$package"; fi
  install_unit
  say_next "$package"
}

check_machine() {
  local -r package=$1
  if [[ $dry_run == no && -z $ROOT && $EUID -ne 0 ]]; then
    die 1 'This installs packages: run it as root (sudo), or look first with --dry-run.'
  fi
  local tool
  for tool in apt-get runuser systemctl useradd; do
    command -v "$tool" >/dev/null || die 1 "The command $tool is missing; setup.sh is for Debian and Ubuntu with systemd."
  done
  [[ -f $here/telepi.service ]] || die 1 "$here/telepi.service is missing; keep it next to setup.sh."
  if [[ $package == checkout && ! -f $here/../package.json ]]; then
    die 2 "$here is not in a checkout of TelePi; say what to install with --package, or use --no-package."
  fi
}

install_node() {
  if node_is_enough; then
    say "Node.js $(node --version) is installed."
    return
  fi
  export DEBIAN_FRONTEND=noninteractive
  change 'apt-get update' apt_get update
  change 'apt-get install ca-certificates curl' apt_get install -y ca-certificates curl
  if distribution_is_enough; then
    change 'apt-get install nodejs npm' apt_get install -y nodejs npm
  else
    change "fetch $KEY_FILE from $NODE_KEY_URL" fetch_key
    put "$LIST_FILE" 0644 "deb [signed-by=$KEY_FILE] https://deb.nodesource.com/node_$1.x nodistro main"
    change 'apt-get update' apt_get update
    change 'apt-get install nodejs' apt_get install -y nodejs
  fi
  if [[ $dry_run == no ]] && ! node_is_enough; then
    die 1 "Node.js is still older than $NODE_MINIMUM; remove the older one and run setup.sh again."
  fi
}

# Waits until the machine's own updates release the lock, as at a first boot.
apt_get() { apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }

node_is_enough() {
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  local version
  version=$(node --version) && at_least "${version#v}" "$NODE_MINIMUM"
}

distribution_is_enough() {
  local candidate
  candidate=$(apt-cache policy nodejs 2>/dev/null | sed -n 's/^ *Candidate: *//p')
  # From an earlier run that was cut off. NodeSource's package holds npm, and conflicts with the distribution's.
  [[ $candidate != *nodesource* ]] || return 1
  # Without epoch and Debian revision: 1:20.19.2+dfsg-1 is 20.19.2.
  candidate=${candidate#*:}
  [[ $candidate =~ ^[0-9]+\.[0-9]+ ]] && at_least "${BASH_REMATCH[0]}" "$NODE_MINIMUM"
}

at_least() { [[ $(printf '%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

fetch_key() {
  mkdir -p -- "$ROOT$(dirname -- "$KEY_FILE")"
  curl --proto '=https' --fail --silent --show-error --location --output "$scratch/key" "$NODE_KEY_URL" ||
    die 1 "NodeSource's key could not be fetched from $NODE_KEY_URL; is this machine on the network?"
  grep -q 'BEGIN PGP PUBLIC KEY' "$scratch/key" || die 1 "The answer from $NODE_KEY_URL is not a key."
  install -m 0644 -- "$scratch/key" "$ROOT$KEY_FILE"
}

make_user() {
  if id -u "$SERVICE_USER" >/dev/null 2>&1; then return; fi
  change "useradd $SERVICE_USER" \
    useradd --system --user-group --home-dir "$STATE_DIR" --no-create-home --shell /usr/sbin/nologin "$SERVICE_USER"
}

make_directories() {
  make_directory "$HOME_DIR" 0755 root
  make_directory "$STATE_DIR" 0700 "$SERVICE_USER"
  make_settings "$STATE_DIR/.env"
}

# The directory is the user's, who can place links in it: so the user writes there, and root doesn't.
make_settings() {
  local -r settings=$1
  if [[ -e $ROOT$settings || -L $ROOT$settings ]]; then
    if [[ $dry_run == yes ]] || as_service_user test -r "$ROOT$settings"; then return; fi
    die 1 "The user $SERVICE_USER can't read $settings; move it away, then run setup.sh again, which writes a new one."
  fi
  local text='# The settings of TelePi; see .env.example.'
  if [[ -f $here/../.env.example ]]; then text=$(<"$here/../.env.example"); fi
  # shellcheck disable=SC2016 # expanded by the inner shell
  change "write $settings as $SERVICE_USER" as_service_user bash -c \
    'new=$(mktemp -- "$1.XXXXXX") && printf "%s\n" "$2" >"$new" && mv -nT -- "$new" "$1"' bash "$ROOT$settings" "$text"
}

as_service_user() { runuser -u "$SERVICE_USER" -- "$@"; }

make_directory() {
  local -r path=$1 mode=$2 owner=$3
  if [[ $(stat -c '0%a %U' -- "$ROOT$path" 2>/dev/null) == "$mode $owner" ]]; then return; fi
  change "make $path, mode $mode" mkdir -p -- "$ROOT$path"
  change "chmod $path to $mode" chmod "$mode" -- "$ROOT$path"
  change "chown $path to $owner" chown -- "$owner:$owner" "$ROOT$path"
}

install_package() {
  local package=$1 strange
  strange=$(find "$ROOT$HOME_DIR" -type d ! -uid "$EUID" -print -quit 2>/dev/null || true)
  if [[ -n $strange ]]; then
    die 1 "$strange doesn't belong to root, who would write into it; move $HOME_DIR away, then run setup.sh again."
  fi
  # Sudo may have kept the caller's home directory, which isn't root's to write into.
  export npm_config_cache=$scratch/npm-cache
  if [[ $package == checkout ]]; then
    local -r checkout=$(cd -- "$here/.." && pwd)
    change "npm ci and npm pack in a copy of $checkout" pack "$checkout"
    package=$scratch/telepi.tgz
  fi
  change "npm install $1 into $HOME_DIR" npm install --global --prefix "$ROOT$HOME_DIR" --omit=dev --no-fund --no-audit "$package"
  if [[ $(readlink -- "$ROOT$LINK_FILE" || true) != "$HOME_DIR/bin/telepi" ]]; then
    mkdir_of "$LINK_FILE"
    change "link $LINK_FILE" ln -sfn -- "$HOME_DIR/bin/telepi" "$ROOT$LINK_FILE"
  fi
}

# In a copy, so that root leaves no file in somebody's checkout.
pack() {
  mkdir -- "$scratch/checkout"
  tar -C "$1" --exclude=./node_modules --exclude=./dist --exclude=./data --exclude=./.git --exclude=./.env -cf - . |
    tar -C "$scratch/checkout" -xf -
  (cd -- "$scratch/checkout" && npm ci --no-fund --no-audit && npm pack --silent --pack-destination "$scratch") ||
    die 1 "TelePi could not be built from $1; npm says why above."
  mv -- "$scratch"/telepi-*.tgz "$scratch/telepi.tgz"
}

install_unit() {
  put "$UNIT_FILE" 0644 "$(<"$here/telepi.service")"
  if [[ $(unit_property LoadState) != loaded || $(unit_property NeedDaemonReload) != no ]]; then
    change 'systemctl daemon-reload' systemctl daemon-reload
  fi
  if ! systemctl is-enabled --quiet telepi.service 2>/dev/null; then
    change 'systemctl enable telepi' systemctl enable telepi.service
  fi
}

unit_property() { systemctl show --property "$1" --value telepi.service 2>/dev/null || true; }

say_next() {
  if [[ $dry_run == yes ]]; then return; fi
  if [[ -z $1 ]]; then
    say 'The machine is ready. Install TelePi with: setup.sh --package SPEC'
    return
  fi
  cat <<TEXT
TelePi is ready. Now:
  1. write your settings:  sudo -u $SERVICE_USER nano $STATE_DIR/.env
  2. sign in:              sudo -u $SERVICE_USER env -C $STATE_DIR telepi login
  3. check it:             sudo -u $SERVICE_USER env -C $STATE_DIR telepi check
  4. start it:             sudo systemctl start telepi
It starts again after a reboot. See it with: journalctl -fu telepi. After an update: sudo systemctl restart telepi
TEXT
}

# Writes a text and a line end to a file, by a rename, unless the file has that already.
put() {
  local -r path=$1 mode=$2 text=$3
  if [[ -f $ROOT$path && $(<"$ROOT$path") == "$text" ]]; then return; fi
  change "write $path" write_file "$ROOT$path" "$mode" "$text"
}

write_file() {
  local new directory
  directory=$(dirname -- "$1")
  mkdir -p -- "$directory"
  [[ -O $directory ]] || die 1 "$directory doesn't belong to root, who would write into it; find out who owns it, and why."
  new=$(mktemp -- "$1.XXXXXX")
  printf '%s\n' "$3" >"$new"
  chmod "$2" -- "$new"
  mv -T -- "$new" "$1"
}

mkdir_of() {
  if [[ $dry_run == no ]]; then mkdir -p -- "$ROOT$(dirname -- "$1")"; fi
}

# Says what is done and does it; in a dry run only says it.
change() {
  local -r what=$1
  shift
  if [[ $dry_run == yes ]]; then
    say "would $what"
    return 0
  fi
  say "$what"
  "$@"
}

value_of() {
  if (($# < 2)) || [[ -z $2 || $2 == --* ]]; then die 2 "$1 needs a value."; fi
  printf '%s' "$2"
}

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

main "$@"
