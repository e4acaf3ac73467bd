#!/usr/bin/env bash
# Tunes the kernel's network settings and the limit of open files for many fast connections to Telegram.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: network-tuning.sh [--dry-run] [--revert]

Sets TCP buffers up to 128 MiB, BBR with fq, and 1,048,576 open files, now and after each boot. A second run
changes nothing.

Each value is read back. Values that the kernel did not accept are listed at the end, and the exit status is 1.

  --dry-run  say what would be done, without changing anything
  --revert   put back the values from before the first run, and remove the files
  --help     this text

Files: /etc/sysctl.d/99-telepi-network.conf, /etc/security/limits.d/99-telepi.conf,
/etc/modules-load.d/telepi-network.conf; the values from before in /var/lib/telepi-tuning/sysctl-before.
With TELEPI_ROOT set to a directory, all these paths are inside it, and root is not needed.
TEXT
}

readonly ROOT=${TELEPI_ROOT:-}
readonly SYSCTL_FILE=$ROOT/etc/sysctl.d/99-telepi-network.conf
readonly LIMITS_FILE=$ROOT/etc/security/limits.d/99-telepi.conf
readonly MODULES_FILE=$ROOT/etc/modules-load.d/telepi-network.conf
readonly BEFORE_FILE=$ROOT/var/lib/telepi-tuning/sysctl-before
readonly OPEN_FILES=1048576

dry_run=no
changes=0
# Values that the kernel did not accept: «key is X, not Y».
refused=()

umask 022

main() {
  local revert=no
  while (($# > 0)); do
    case $1 in
      --dry-run) dry_run=yes ;;
      --revert) revert=yes ;;
      --help | -h) usage && return 0 ;;
      *) die 2 "network-tuning.sh has no option «$1»; see network-tuning.sh --help." ;;
    esac
    shift
  done
  command -v sysctl >/dev/null || die 1 'The sysctl command is missing; install the package procps.'
  if [[ $dry_run == no && -z $ROOT && $EUID -ne 0 ]]; then
    die 1 'This changes kernel settings: run it as root (sudo), or look first with --dry-run.'
  fi
  if [[ $revert == yes ]]; then revert_all; else apply_all; fi
}

apply_all() {
  local -a wanted=(
    'net.core.rmem_max=134217728'
    'net.core.wmem_max=134217728'
    'net.ipv4.tcp_rmem=4096 87380 134217728'
    'net.ipv4.tcp_wmem=4096 65536 134217728'
  )
  local setting
  for setting in "${wanted[@]}"; do
    current "${setting%%=*}" >/dev/null ||
      die 1 "This kernel has no ${setting%%=*}: this may be a container. Run this on the machine itself. Nothing was changed."
  done

  # pam_limits refuses a login whose nofile is above fs.nr_open.
  local most_files
  most_files=$(current fs.nr_open) || most_files=
  if ((${most_files:-OPEN_FILES} < OPEN_FILES)); then wanted+=("fs.nr_open=$OPEN_FILES"); fi

  # fq first: kernels before 4.20 need it for the pacing of BBR.
  save_before "${wanted[@]}" net.core.default_qdisc=fq net.ipv4.tcp_congestion_control=bbr
  local -a taken=() modules=()
  for setting in "${wanted[@]}"; do
    if set_value "${setting%%=*}" "${setting#*=}"; then taken+=("$setting"); fi
  done
  if try_value net.core.default_qdisc fq sch_fq; then
    taken+=(net.core.default_qdisc=fq)
    modules+=(sch_fq)
  fi
  if try_value net.ipv4.tcp_congestion_control bbr tcp_bbr; then
    taken+=(net.ipv4.tcp_congestion_control=bbr)
    modules+=(tcp_bbr)
  fi

  put "$SYSCTL_FILE" "$(sysctl_text "${taken[@]}")"
  put "$LIMITS_FILE" "$(limits_text)"
  if ((${#modules[@]} > 0)); then put "$MODULES_FILE" "$(printf '%s\n' "${modules[@]}")"; fi
  report_applied
}

report_applied() {
  report_refused 'This kernel did not take these values, and everything else is set:'
  if ((changes == 0)); then
    say 'Nothing to change: everything is set already.'
  elif [[ $dry_run == no ]]; then
    say 'Done. The limit of open files applies from the next login; a systemd service takes its limit from'
    say 'LimitNOFILE in its unit, which telepi.service sets. fq applies to interfaces that come up from now on:'
    say 'reboot, or run: tc qdisc replace dev INTERFACE root fq'
  fi
}

revert_all() {
  local -a old=()
  local line
  if [[ -f $BEFORE_FILE ]]; then mapfile -t old <"$BEFORE_FILE"; fi
  for line in "${old[@]}"; do
    [[ $line =~ ^[a-z0-9._]+= ]] || die 1 "$BEFORE_FILE is damaged at «$line»; set the values by hand, then remove it."
  done
  for line in "${old[@]}"; do set_value "${line%%=*}" "${line#*=}" || true; done
  report_refused "This kernel did not accept the old values, so the files stay; run --revert again after a reboot:"
  local file
  for file in "$SYSCTL_FILE" "$LIMITS_FILE" "$MODULES_FILE" "$BEFORE_FILE"; do
    if [[ -e $file ]]; then change "remove $file" rm -f -- "$file"; fi
  done
  if ((changes == 0)); then say 'Nothing to revert: this machine was not tuned, or has already been reverted.'; fi
}

# Ends the script when a value was refused.
report_refused() {
  if ((${#refused[@]} == 0)); then return 0; fi
  say "$1" >&2
  local line
  for line in "${refused[@]}"; do say "  $line" >&2; done
  exit 1
}

# Keeps each value as it was before the first run; later runs add only keys that are new.
save_before() {
  local setting key value text=''
  [[ ! -f $BEFORE_FILE ]] || text=$(<"$BEFORE_FILE")$'\n'
  for setting in "$@"; do
    key=${setting%%=*}
    if grep -qF -- "$key=" <<<"$text"; then continue; fi
    if value=$(current "$key"); then text+="$key=$value"$'\n'; fi
  done
  put "$BEFORE_FILE" "${text%$'\n'}"
}

sysctl_text() {
  printf '# By network-tuning.sh of TelePi; undone with --revert.\n'
  local setting
  for setting in "$@"; do printf '%s = %s\n' "${setting%%=*}" "${setting#*=}"; done
}

# A star leaves root out, so root has lines of its own.
limits_text() {
  printf '# By network-tuning.sh of TelePi; undone with --revert.\n'
  local who
  for who in '*' root; do
    printf '%s soft nofile %s\n%s hard nofile %s\n' "$who" "$OPEN_FILES" "$who" "$OPEN_FILES"
  done
}

# Sets a value that a kernel may not support: loads its module, or keeps the old value and says so.
try_value() {
  local -r key=$1 value=$2 module=$3
  [[ $(current "$key" || true) != "$value" ]] || return 0
  if [[ $dry_run == yes ]]; then
    if module_missing "$module"; then
      say "This kernel has no $module: $key would stay $(current "$key" || echo unset)."
      return 1
    fi
    say "would load $module"
  elif command -v modprobe >/dev/null; then
    modprobe --quiet "$module" || true
  fi
  if [[ $dry_run == no ]]; then
    sysctl -q -w "$key=$value" 2>/dev/null || true
    if [[ $(current "$key" || true) != "$value" ]]; then
      say "This kernel has no $module: $key stays $(current "$key" || echo unset)."
      return 1
    fi
  fi
  change "sysctl -w $key=$value" true
}

module_missing() {
  [[ " $(current net.ipv4.tcp_available_congestion_control || true) " != *" ${1#tcp_} "* ]] || return 1
  command -v modprobe >/dev/null && ! modprobe --dry-run --quiet "$1"
}

# The value of a key with its blanks made single spaces; fails when the kernel doesn't have it.
current() {
  local value
  value=$(sysctl -n "$1" 2>/dev/null) || return 1
  tr -s '[:space:]' ' ' <<<"$value" | sed 's/^ //; s/ $//'
}

# Fails when the kernel doesn't have the value afterwards; sysctl may not report that.
set_value() {
  local -r key=$1 value=$2
  [[ $(current "$key" || true) != "$value" ]] || return 0
  change "sysctl -w $key=$value" sysctl -q -w "$key=$value" || true
  if [[ $dry_run == yes || $(current "$key" || true) == "$value" ]]; then return 0; fi
  refused+=("$key is $(current "$key" || echo unset), not $value")
  return 1
}

# Writes a text and a line end to a file, by a rename, unless the file has that already.
put() {
  local -r file=$1 text=$2
  if [[ -f $file && $(<"$file") == "$text" ]]; then return 0; fi
  change "write $file" write_file "$file" "$text"
  if [[ $dry_run == yes ]]; then say "    ${text//$'\n'/$'\n'    }"; fi
}

write_file() {
  local new directory
  directory=$(dirname -- "$1")
  mkdir -p -- "$directory"
  [[ -O $directory ]] || die 1 "$directory doesn't belong to root, who would write into it; find out who owns it, and why."
  new=$(mktemp -- "$1.XXXXXX")
  printf '%s\n' "$2" >"$new"
  chmod 0644 -- "$new"
  mv -T -- "$new" "$1"
}

# Says what is done and does it; in a dry run only says it.
change() {
  local -r what=$1
  shift
  changes=$((changes + 1))
  if [[ $dry_run == yes ]]; then
    say "would $what"
    return 0
  fi
  say "$what"
  "$@"
}

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

main "$@"
