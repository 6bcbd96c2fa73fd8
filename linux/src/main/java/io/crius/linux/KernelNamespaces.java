package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@link Namespaces} by unshare(2), setns(2) and bind mounts. Thread-safe; no locks. */
final class KernelNamespaces implements Namespaces {
    private static final int MS_BIND = 4096;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;
    /** Compat: the mode that CRI-O's pins have. */
    private static final FileAttribute<?> NO_ACCESS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------"));

    private final Processes processes;
    private final Descriptors descriptors;
    private final UserNamespaces users;

    KernelNamespaces(Descriptors descriptors, Processes processes) {
        this.processes = processes;
        this.descriptors = descriptors;
        this.users = new UserNamespaces(descriptors, processes);
    }

    @Override
    public void pin(PinRequest request) throws IOException {
        Deque<Path> made = new ArrayDeque<>();
        try {
            for (Path pin : request.pins().values()) {
                Files.createFile(pin, NO_ACCESS);
                made.push(pin);
            }
            if (request.maps().isPresent()) {
                makeOwned(request, request.maps().get());
            } else {
                OwnThread.call("crius-pin", () -> returning(request.pins().keySet(), () -> fill(request)));
            }
        } catch (IOException | RuntimeException e) {
            for (Path pin : made) {
                unpinAfter(e, pin);
            }
            throw e;
        }
    }

    @Override
    public void unpin(Path pin) throws IOException {
        try (Scratch scratch = Scratch.take()) {
            long path = scratch.string(pin);
            long result;
            do {
                result = scratch.call(Nr.UMOUNT2, path, MNT_DETACH | UMOUNT_NOFOLLOW);
            } while (result == 0);
            if (result != -Errno.EINVAL.number() && result != -Errno.ENOENT.number()) {
                throw new ErrnoException("umount2(" + pin + ")", (int) -result);
            }
        }
        Files.deleteIfExists(pin);
    }

    @Override
    public Fd user(List<IdRange> uids, List<IdRange> gids) throws IOException {
        return users.make(uids, gids);
    }

    @Override
    public <T> T inNetwork(Path netns, IoCallable<T> work) throws IOException {
        return OwnThread.call("crius-netns", () -> {
            try (Fd target = descriptors.open(netns, Set.of(OpenFlag.RDONLY), 0)) {
                return returning(Set.of(NamespaceKind.NETWORK), () -> {
                    enter(target, NamespaceKind.NETWORK, netns.toString());
                    return work.call();
                });
            }
        });
    }

    /** Runs in namespaces that the work changes to, and is back in the old ones before it returns. */
    private <T> T returning(Set<NamespaceKind> kinds, IoCallable<T> work) throws IOException {
        List<Fd> old = new ArrayList<>();
        try {
            for (NamespaceKind kind : kinds) {
                old.add(descriptors.open(Path.of(kind.link()), Set.of(OpenFlag.RDONLY), 0));
            }
            try {
                return work.call();
            } finally {
                int i = 0;
                for (NamespaceKind kind : kinds) {
                    goBack(old.get(i++), kind);
                }
            }
        } finally {
            old.forEach(Fd::close);
        }
    }

    /**
     * Safety: a thread that ends in a foreign namespace may wake others and give the namespace on to a new carrier, and then
     * anything in this process may run in a pod's network. There is no way on from there.
     */
    private static void goBack(Fd old, NamespaceKind kind) {
        long result = Sys.call(Nr.SETNS, old.number(), kind.cloneFlag());
        if (result < 0) {
            OwnThread.halt("setns back to the node's " + kind + " namespace: errno " + -result);
        }
    }

    private static void enter(Fd target, NamespaceKind kind, String name) throws ErrnoException {
        Sys.check(Sys.call(Nr.SETNS, target.number(), kind.cloneFlag()), "setns", name);
    }

    private boolean fill(PinRequest request) throws IOException {
        int flags = 0;
        for (NamespaceKind kind : request.pins().keySet()) {
            flags |= kind.cloneFlag();
        }
        Sys.check(Sys.call(Nr.UNSHARE, flags), "unshare", request.pins().keySet());
        settle(request);
        for (Map.Entry<NamespaceKind, Path> pin : request.pins().entrySet()) {
            bind(pin.getKey().link(), pin.getValue());
        }
        return true;
    }

    /**
     * Namespaces that belong to a user namespace: a process makes them, and this one goes into them to settle them. Kernel:
     * root outside has all capabilities over what it made.
     */
    private void makeOwned(PinRequest request, IdMaps maps) throws IOException {
        Set<NamespaceKind> kinds = request.pins().keySet();
        try (var holder = NamespaceHolder.start(processes, descriptors, kinds, maps)) {
            Set<NamespaceKind> others = EnumSet.copyOf(kinds);
            others.remove(NamespaceKind.USER);
            OwnThread.call(
                    "crius-pin",
                    () -> returning(others, () -> {
                        for (NamespaceKind kind : others) {
                            enter(Path.of(kind.link(holder.pid())), kind);
                        }
                        settle(request);
                        return true;
                    }));
            for (Map.Entry<NamespaceKind, Path> pin : request.pins().entrySet()) {
                bind(pin.getKey().link(holder.pid()), pin.getValue());
            }
        }
    }

    private void enter(Path namespace, NamespaceKind kind) throws ErrnoException {
        try (Fd target = descriptors.open(namespace, Set.of(OpenFlag.RDONLY), 0)) {
            enter(target, kind, namespace.toString());
        }
    }

    /** Writes into the calling thread's namespaces what the request wants to be in them. */
    private void settle(PinRequest request) throws IOException {
        for (Map.Entry<String, String> sysctl : request.sysctls().entrySet()) {
            writeSysctl(sysctl.getKey(), sysctl.getValue());
        }
        setHostname(request.hostname());
        if (request.pins().containsKey(NamespaceKind.NETWORK)) {
            Loopback.bringUp();
        }
    }

    private void writeSysctl(String name, String value) throws ErrnoException {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        try (Fd file = descriptors.open(Sysctls.path(name), Set.of(OpenFlag.WRONLY), 0)) {
            int written = descriptors.write(file, text, 0, text.length);
            if (written != text.length) {
                throw new ErrnoException("write(" + value + ")", Errno.EINVAL);
            }
        } catch (ErrnoException e) {
            throw new ErrnoException("sysctl " + name + "=" + value + ": " + e.call(), e.number());
        }
    }

    private static void setHostname(Optional<String> hostname) throws ErrnoException {
        if (hostname.isPresent()) {
            try (Scratch scratch = Scratch.take()) {
                byte[] name = hostname.get().getBytes(StandardCharsets.UTF_8);
                long result = scratch.call(Nr.SETHOSTNAME, scratch.string(hostname.get()), name.length);
                Sys.check(result, "sethostname", hostname.get());
            }
        }
    }

    private static void bind(String handle, Path pin) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Nr.MOUNT, scratch.string(handle), scratch.string(pin), 0, MS_BIND, 0);
            Sys.check(result, "mount", handle, pin, "bind");
        }
    }

    private void unpinAfter(Exception failure, Path pin) {
        try {
            unpin(pin);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
