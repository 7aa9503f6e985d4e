#!/bin/sh
# Brings the lists of the desktop up to date, with whatever of these programs there is. $1: the folder of shared data
update-desktop-database "$1/applications" >/dev/null 2>&1 || true
update-mime-database "$1/mime" >/dev/null 2>&1 || true
gtk-update-icon-cache -q -t -f "$1/icons/hicolor" >/dev/null 2>&1 || true
exit 0
