#!/bin/sh
# Luthier @VERSION@ for Linux: installs for this user alone, without root. Run it with --help for its options.
set -eu
umask 022

VERSION='@VERSION@'
ARCHITECTURE='@ARCHITECTURE@'
GLIBC='@GLIBC@'
LIBRARIES='@LIBRARIES@'
PACKAGES='@PACKAGES@'
NEEDS_KB='@NEEDS_KB@'
HEADER_BYTES=@HEADER_BYTES@
SHA256='@SHA256@'

DATA="${XDG_DATA_HOME:-$HOME/.local/share}"
HOME_FOLDER="$DATA/luthier-app"
PROGRAMS="$HOME/.local/bin"

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

payload() {
    tail -c "+$((HEADER_BYTES + 1))" "$0"
}

verify() {
    printf 'Checking this file...\n'
    found=$(payload | sha256sum | cut -d ' ' -f 1)
    [ "$found" = "$SHA256" ] || fail 'This file is damaged or incomplete: download it again.'
}

older() { # older A B: whether version A comes before version B
    [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

check_machine() {
    machine=$(uname -m)
    [ "$machine" = "$ARCHITECTURE" ] ||
        fail "This Luthier is for $ARCHITECTURE processors, and this computer has $machine: get the file for it."
    have=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2) || have=''
    [ -n "$have" ] || fail "Luthier needs a Linux with glibc $GLIBC or newer, and this one has another C library."
    if older "$have" "$GLIBC"; then
        fail "Luthier needs glibc $GLIBC or newer, and this system has $have: update the system first."
    fi
    mkdir -p "$HOME_FOLDER" || fail "The folder $HOME_FOLDER cannot be made: check who may write there."
    free=$(df -Pk "$HOME_FOLDER" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$NEEDS_KB" ] ||
        fail "Luthier needs $((NEEDS_KB / 1024)) MB of disk, and $HOME_FOLDER has $((free / 1024)) MB free: make room and try again."
}

# The window needs a few libraries that belong to the system's graphics. Without them everything is installed all the
# same, since the engine works without a window, and the sentence comes last, where it is read.
check_graphics() {
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null) || return 0
    missing=''
    for library in $LIBRARIES; do
        case "$known" in
            *"$library "*) ;;
            *) missing="$missing $library" ;;
        esac
    done
    [ -z "$missing" ] || printf '%s\n' \
        "This system lacks libraries that every desktop has, and the window will not open without them:$missing." \
        "Install them first; on Debian and Ubuntu: sudo apt-get install $PACKAGES" >&2
}

check_versions() {
    if [ -L "$HOME_FOLDER/current" ]; then
        present=$(readlink "$HOME_FOLDER/current")
        if older "$VERSION" "$present"; then
            fail "Luthier $present is installed, which is newer than $VERSION: uninstall it first to go back."
        fi
    fi
    for link in /proc/[0-9]*/exe; do
        case "$(readlink "$link" 2>/dev/null || true)" in
            "$HOME_FOLDER"/*) fail 'Luthier is running: close it, let its training end, and try again.' ;;
        esac
    done
}

place() { # place FILE MODE: what comes in by the pipe goes to FILE whole or not at all
    mkdir -p "$(dirname "$1")"
    cat >"$1.new"
    chmod "$2" "$1.new"
    mv -f "$1.new" "$1"
}

unpack() {
    printf 'Unpacking Luthier %s into %s...\n' "$VERSION" "$HOME_FOLDER"
    rm -rf "$HOME_FOLDER"/.new.*
    fresh="$HOME_FOLDER/.new.$$"
    trap 'rm -rf "$fresh"' EXIT
    trap 'exit 130' INT TERM HUP
    mkdir "$fresh"
    payload | gzip -dc | tar -xf - -C "$fresh" || fail 'Unpacking failed: the disk may be full.'
}

switch() {
    if [ -d "$HOME_FOLDER/$VERSION" ]; then
        mv "$HOME_FOLDER/$VERSION" "$HOME_FOLDER/.new.old"
    fi
    mv "$fresh" "$HOME_FOLDER/$VERSION"
    ln -sfn "$VERSION" "$HOME_FOLDER/current.new"
    mv -fT "$HOME_FOLDER/current.new" "$HOME_FOLDER/current"
    for version in "$HOME_FOLDER"/*/ "$HOME_FOLDER"/.new.*/; do
        case "${version%/}" in
            "$HOME_FOLDER/$VERSION" | "$HOME_FOLDER/current") ;;
            *) rm -rf "${version%/}" ;;
        esac
    done
}

tell_desktop() {
    share="$HOME_FOLDER/$VERSION/share"
    (cd "$share" && find icons mime metainfo -type f) | while read -r file; do
        place "$DATA/$file" 644 <"$share/$file"
    done
    sed "s|@PROGRAM@|\"$HOME_FOLDER/current/luthier\"|" "$share/applications/luthier.desktop" |
        place "$DATA/applications/luthier.desktop" 644
    place "$HOME_FOLDER/uninstall" 755 <"$share/uninstall"
    mkdir -p "$PROGRAMS"
    for program in luthier luthier-engine; do
        ln -sfn "$HOME_FOLDER/current/$program" "$PROGRAMS/$program"
    done
    sh "$share/refresh" "$DATA"
}

usage() {
    cat <<'END'
Installs Luthier for you alone, below ~/.local, without root. Projects, runs and models stay as they are.

    sh FILE            install, or replace an older version
    sh FILE --check    only check that the file is whole
    sh FILE --help     this text

To remove Luthier again: ~/.local/share/luthier-app/uninstall
END
}

case "${1:-}" in
    '')
        check_machine
        check_versions
        verify
        unpack
        switch
        tell_desktop
        printf 'Luthier %s is installed: find it in the menu, or start %s/luthier\n' "$VERSION" "$PROGRAMS"
        check_graphics
        ;;
    --check)
        verify
        printf 'This file is whole.\n'
        ;;
    --help) usage ;;
    *) usage >&2; exit 2 ;;
esac
exit 0
