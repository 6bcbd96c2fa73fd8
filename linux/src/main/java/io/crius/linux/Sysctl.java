package io.crius.linux;

import java.util.Optional;

/**
 * Names of kernel settings. Kernel: sysctl(8): dots separate, or slashes where the first separator is one, and then a dot is a
 * dot ({@code net/ipv4/conf/eth0.1/forwarding}).
 */
final class Sysctl {
    private static final String ROOT = "/proc/sys/";

    private Sysctl() {}

    /** Its file. */
    static String file(String name) {
        return ROOT + relative(name);
    }

    /** Whose setting it is; empty where no kind of namespace that can be pinned has it, or the name is none. */
    static Optional<NamespaceKind> owner(String name) {
        String path = relative(name);
        if (("/" + path + "/").contains("/../") || path.contains("//")) {
            return Optional.empty();
        }
        if (path.startsWith("net/")) {
            return Optional.of(NamespaceKind.NETWORK);
        }
        return switch (path) {
            case "kernel/domainname", "kernel/hostname" -> Optional.of(NamespaceKind.UTS);
            case "kernel/sem", "kernel/auto_msgmni" -> Optional.of(NamespaceKind.IPC);
            default ->
                path.startsWith("kernel/shm") || path.startsWith("kernel/msg") || path.startsWith("fs/mqueue/")
                        ? Optional.of(NamespaceKind.IPC)
                        : Optional.empty();
        };
    }

    private static String relative(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        boolean slashes = slash >= 0 && (dot < 0 || slash < dot);
        if (slashes || dot < 0) {
            return name;
        }
        StringBuilder path = new StringBuilder(name);
        for (int i = 0; i < path.length(); i++) {
            switch (name.charAt(i)) {
                case '.' -> path.setCharAt(i, '/');
                case '/' -> path.setCharAt(i, '.');
                default -> {}
            }
        }
        return path.toString();
    }
}
