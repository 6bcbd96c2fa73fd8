package io.crius.linux;

import java.nio.file.Path;

/** Names of sysctls as files. */
final class Sysctls {
    private static final Path ROOT = Path.of("/proc/sys");

    private Sysctls() {}

    /**
     * The file of a sysctl. As in sysctl(8) the first separator decides: after a dot, dots part the names and a slash stands for
     * a dot ({@code net.ipv4.conf.eth0/100.rp_filter}); after a slash, slashes part them.
     *
     * @throws ErrnoException ENOENT for a name that would leave /proc/sys
     */
    static Path path(String name) throws ErrnoException {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        boolean dotted = dot >= 0 && (slash < 0 || dot < slash);
        Path path = ROOT.resolve(dotted ? swapped(name) : name).normalize();
        if (!path.startsWith(ROOT) || path.equals(ROOT)) {
            throw new ErrnoException("\"" + name + "\" is not below " + ROOT, Errno.ENOENT);
        }
        return path;
    }

    private static String swapped(String name) {
        var path = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            path.append(c == '.' ? '/' : c == '/' ? '.' : c);
        }
        return path.toString();
    }
}
