#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The installed tree serves programs outside the source: found by CMake and by pkg-config, compiled
# in C and C++, moved to another place, with the command running from there.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
unset LD_LIBRARY_PATH PKG_CONFIG_PATH CMAKE_PREFIX_PATH
stage=$work/first/usr
prefix="$work/moved tree"
version=$(sed -n 's/^project(hecate VERSION \([0-9.]*\).*/\1/p' "${SOURCE:-$here/../..}/CMakeLists.txt")

die() {
    echo "$*" >&2
    exit 1
}
quietly() { # runs a command, showing what it said only when it fails
    "$@" >"$work/said" 2>&1 || {
        cat "$work/said" >&2
        die "failed: $*"
    }
}

quietly cmake --install "${BUILD:?the build folder}" --prefix "$stage"
mv "$stage" "$prefix" || die "cannot move the tree"
library_folder=$(dirname "$(find "$prefix" -name 'libhecate.*' | head -n 1)")
for part in include/hecate/hecate.h include/hecate/version.h share/hecate/models/README.md \
    share/hecate/inputs/README.md; do
    [ -f "$prefix/$part" ] || die "not installed: $part"
done
extra=$(find "$prefix/include" -type f ! -name '*.h')
[ -z "$extra" ] || die "installed among the headers: $extra"

for language in C CXX; do
    [ "$language" = C ] || [ -n "$CXX" ] || continue
    quietly cmake -G Ninja -S "$here" -B "$work/$language" -DCONSUMER_LANGUAGE=$language \
        -DCMAKE_PREFIX_PATH="$prefix" -DWANTED_VERSION="$version" -DCMAKE_BUILD_TYPE=Release
    quietly cmake --build "$work/$language"
    said=$("$work/$language/consumer") || die "the $language consumer does not run"
    [ "$said" = "hecate $version" ] || die "the $language consumer says '$said', not 'hecate $version'"
done

PKG_CONFIG_PATH=$library_folder/pkgconfig
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion hecate)" = "$version" ] || die "pkg-config gives another version"
eval "set -- $(pkg-config --cflags --libs hecate)"
quietly "${CC:-cc}" -std=c11 -Wall -Wextra -Wpedantic -Werror "$here/consumer.c" -o "$work/by-pc" \
    "$@" "-Wl,-rpath,$library_folder"
said=$("$work/by-pc") || die "the pkg-config consumer does not run"
[ "$said" = "hecate $version" ] || die "the pkg-config consumer says '$said', not 'hecate $version'"

said=$(cd / && "$prefix/bin/hecate" --version) || die "the installed command does not run"
case $said in *"$version"*) ;; *) die "hecate --version says '$said'; $version is wanted" ;; esac
