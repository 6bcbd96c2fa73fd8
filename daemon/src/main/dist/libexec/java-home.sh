# shellcheck shell=sh
# Finding a Java to run on; to be sourced by sh or bash.

# The least Java that the classes are compiled for.
crius_java_release=25

# Whether $1 is the home of a Java that is new enough. Reads the release file, as starting a JVM costs 40 ms.
crius_is_java_home() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    _crius_version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    [ "${_crius_version:-0}" -ge "$crius_java_release" ]
}

# Prints the home of the Java to run on: JAVA_HOME where it is new enough, else one below /usr/lib/jvm, else that of the
# java in PATH.
crius_java_home() {
    if [ -n "${JAVA_HOME:-}" ] && crius_is_java_home "$JAVA_HOME"; then
        printf '%s\n' "$JAVA_HOME"
        return 0
    fi
    for _crius_home in /usr/lib/jvm/*"$crius_java_release"* /usr/lib/jvm/*; do
        if [ ! -L "$_crius_home" ] && crius_is_java_home "$_crius_home"; then
            printf '%s\n' "$_crius_home"
            return 0
        fi
    done
    if _crius_java=$(command -v java); then
        _crius_home=$(dirname "$(dirname "$(readlink -f "$_crius_java")")")
        if crius_is_java_home "$_crius_home"; then
            printf '%s\n' "$_crius_home"
            return 0
        fi
    fi
    echo "crius: no Java $crius_java_release or newer: install one below /usr/lib/jvm or set JAVA_HOME to its folder" >&2
    return 1
}
