# shellcheck shell=bash
# shellcheck disable=SC2154 # "root" is set by the script that sources this one
# What the machine must have: a Java, Maven, Debian packages. To be sourced by the scripts beside it, which set "root".

# shellcheck source=../daemon/src/main/dist/libexec/java-home.sh
. "$root/daemon/src/main/dist/libexec/java-home.sh"

# What a pod needs, and what the quickstart needs besides to fill a registry.
# shellcheck disable=SC2034 # used by the scripts that source this one
packages_of_quickstart=(crun runc conmon containernetworking-plugins iptables nftables iproute2 procps
    skopeo docker-registry busybox-static ca-certificates)
# What the tests compare Crius with, or share a store with.
# shellcheck disable=SC2034
packages_of_tests=("${packages_of_quickstart[@]}" conntrack containerd podman buildah apache2-utils openssl gcc libc6-dev attr zstd btrfs-progs)

say() {
    printf '==> %s\n' "$*" >&2
}

die() {
    printf 'crius: %s\n' "$*" >&2
    exit 1
}

need_root() {
    [ "$(id -u)" = 0 ] || die "$1 needs root: namespaces, mounts and cgroups cannot be made without"
}

# Finds Java and Maven, for this shell and what it starts.
need_build_tools() {
    JAVA_HOME=$(crius_java_home)
    export JAVA_HOME
    command -v mvn > /dev/null || need_packages maven
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

# Installs those of the given Debian packages that are missing.
need_packages() {
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || die "as root: apt-get install ${missing[*]}"
    say "installing ${missing[*]}"
    apt_install "${missing[@]}" || { apt-get update -qq && apt_install "${missing[@]}"; }
    stop_services "${missing[@]}"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

# Debian starts the services of a package as it is installed. Nobody asked for these.
stop_services() {
    local package
    [ -d /run/systemd/system ] || return 0
    for package in "$@"; do
        case "$package" in
            docker-registry | containerd)
                systemctl disable --quiet --now "$package.service"
                ;;
        esac
    done
}

# Builds the program. Maven leaves out what is up to date.
build_program() {
    say "building with $JAVA_HOME"
    (cd "$root" && mvn -q -B -ntp -DskipTests -Dspotless.check.skip -pl daemon -am package)
}
