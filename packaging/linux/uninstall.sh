#!/bin/sh
# Removes the Luthier that was installed for this user; projects, runs, models and settings stay.
set -eu

DATA="${XDG_DATA_HOME:-$HOME/.local/share}"
HOME_FOLDER="$DATA/luthier-app"

for link in /proc/[0-9]*/exe; do
    case "$(readlink "$link" 2>/dev/null || true)" in
        "$HOME_FOLDER"/*)
            printf 'Luthier is running: close it, let its training end, and try again.\n' >&2
            exit 1
            ;;
    esac
done

for program in luthier luthier-engine; do
    case "$(readlink "$HOME/.local/bin/$program" 2>/dev/null || true)" in
        "$HOME_FOLDER"/*) rm -f "$HOME/.local/bin/$program" ;;
    esac
done
share="$HOME_FOLDER/current/share"
(cd "$share" && find icons mime metainfo applications -type f) | while read -r file; do
    rm -f "$DATA/$file"
done
refresh=$(cat "$share/refresh")
rm -rf "$HOME_FOLDER"
sh -c "$refresh" refresh "$DATA"
printf 'Luthier is removed. Your projects, runs and models are still in %s/Luthier\n' "$DATA"
