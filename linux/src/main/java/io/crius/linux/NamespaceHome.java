package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The namespaces a thread came from, and the way back into them. Only for the thread that made it, which is its own. */
final class NamespaceHome implements AutoCloseable {
    private static final int AT_FDCWD = -100;

    private record Door(NamespaceKind kind, Fd fd) {}

    private final List<Door> doors = new ArrayList<>();
    private boolean left;

    private NamespaceHome() {}

    static NamespaceHome remember(List<NamespaceKind> kinds) throws ErrnoException {
        var home = new NamespaceHome();
        try {
            for (NamespaceKind kind : kinds) {
                home.doors.add(new Door(kind, open("/proc/thread-self/ns/" + kind.file())));
            }
            return home;
        } catch (ErrnoException e) {
            home.close();
            throw e;
        }
    }

    /** Into new namespaces of the kinds remembered. */
    void leaveByUnshare() throws ErrnoException {
        int flags = 0;
        for (Door door : doors) {
            flags |= door.kind.flag();
        }
        left = true;
        Sys.check(
                Sys.call(Nr.UNSHARE, flags),
                "unshare",
                doors.stream().map(Door::kind).toList());
    }

    /** Into a pinned namespace. */
    void leaveFor(Object pin, NamespaceKind kind) throws ErrnoException {
        try (Fd namespace = open(pin)) {
            left = true;
            Sys.check(Sys.call(Nr.SETNS, namespace.number(), kind.flag()), "setns", pin, kind);
        }
    }

    private static Fd open(Object path) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            int flags = OpenFlag.bits(Set.of(OpenFlag.RDONLY));
            return new Fd(
                    (int) Sys.check(scratch.call(Nr.OPENAT, AT_FDCWD, scratch.string(path), flags), "open", path));
        }
    }

    /** Back home. Where that fails the process ends: its other threads would come to inherit the foreign namespace. */
    @Override
    public void close() {
        for (Door door : doors) {
            if (left) {
                long result = Sys.call(Nr.SETNS, door.fd.number(), door.kind.flag());
                if (result < 0) {
                    OwnThread.halt(
                            "cannot return to the node's " + door.kind.file() + " namespace (errno " + -result + ")");
                }
            }
            door.fd.close();
        }
    }
}
