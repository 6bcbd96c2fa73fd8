package io.crius.network.pod;

import java.util.Optional;
import java.util.Set;

/** Which sysctls the kernel keeps per namespace, and in which kind. */
final class SysctlRules {
    private static final Set<String> IPC_NAMES = Set.of("kernel.sem");
    private static final String[] IPC_PREFIXES = {"kernel.shm", "kernel.msg", "fs.mqueue."};

    private SysctlRules() {}

    /** Why this sysctl must not be set for a pod with these namespaces of its own; empty when it may. */
    static Optional<String> refusal(String name, String value, Set<PodNamespace> own) {
        if (!isWellFormed(name)) {
            return Optional.of("the name is not a path below /proc/sys");
        }
        if (value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0) {
            return Optional.of("the value has more than one line");
        }
        Optional<PodNamespace> kind = kindOf(name);
        if (kind.isEmpty()) {
            return Optional.of("it is not namespaced, so it would change the whole node");
        }
        return own.contains(kind.get())
                ? Optional.empty()
                : Optional.of("the pod shares the node's " + kind.get().title() + " namespace");
    }

    private static Optional<PodNamespace> kindOf(String name) {
        String dotted = name.replace('/', '.');
        if (dotted.startsWith("net.")) {
            return Optional.of(PodNamespace.NETWORK);
        }
        if (IPC_NAMES.contains(dotted)) {
            return Optional.of(PodNamespace.IPC);
        }
        for (String prefix : IPC_PREFIXES) {
            if (dotted.startsWith(prefix)) {
                return Optional.of(PodNamespace.IPC);
            }
        }
        return Optional.empty();
    }

    /** Safety: the name becomes a path below /proc/sys, so it must not climb out of it in either spelling. */
    private static boolean isWellFormed(String name) {
        if (name.isEmpty() || name.length() > 253 || !Character.isLetterOrDigit(name.charAt(0))) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean separator = c == '.' || c == '/';
            if (separator && (i + 1 == name.length() || name.charAt(i + 1) == '.' || name.charAt(i + 1) == '/')) {
                return false;
            }
            if (!separator && c != '_' && c != '-' && !isAsciiLetterOrDigit(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAsciiLetterOrDigit(char c) {
        return c < 128 && Character.isLetterOrDigit(c);
    }
}
