package io.crius.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pinned namespaces in memory; a pin is an empty file. Thread-safe by its monitor. */
public final class FakeNamespaces implements Namespaces {
    /** A pinned namespace. */
    public record Pinned(
            NamespaceKind kind, Optional<IdMaps> maps, Map<String, String> sysctls, Optional<String> hostname) {}

    private final FakeCalls calls;
    private final Map<Path, Pinned> pinned = new LinkedHashMap<>();

    FakeNamespaces(FakeCalls calls) {
        this.calls = calls;
    }

    @Override
    public synchronized void pin(PinRequest request) throws IOException {
        calls.begin("pin(" + request.pins().values() + ")");
        var made = new LinkedHashMap<Path, Pinned>();
        try {
            for (var pin : request.pins().entrySet()) {
                Files.createFile(pin.getValue());
                made.put(
                        pin.getValue(),
                        new Pinned(pin.getKey(), request.maps(), request.sysctls(), request.hostname()));
            }
        } catch (IOException e) {
            for (Path file : made.keySet()) {
                Files.delete(file);
            }
            throw e;
        }
        pinned.putAll(made);
    }

    @Override
    public synchronized void unpin(Path pin) throws IOException {
        calls.begin("unpin(" + pin + ")");
        pinned.remove(pin);
        Files.deleteIfExists(pin);
    }

    /** The namespace of this process stands for any: nothing can be mapped by it, which no caller can see here. */
    @Override
    public Fd user(List<IdRange> uids, List<IdRange> gids) throws IOException {
        calls.begin("user(" + uids + ", " + gids + ")");
        return Linux.real().descriptors().open(Path.of("/proc/self/ns/user"), java.util.Set.of(OpenFlag.RDONLY), 0);
    }

    @Override
    public <T> T inNetwork(Path netns, IoCallable<T> work) throws IOException {
        String call = "setns(" + netns + ")";
        calls.begin(call);
        Optional<Pinned> there = pinned(netns);
        if (there.isEmpty() || there.get().kind != NamespaceKind.NETWORK) {
            throw new ErrnoException(call, Files.exists(netns) ? Errno.EINVAL : Errno.ENOENT);
        }
        return OwnThread.call("fake-netns", work);
    }

    /** What is pinned there. */
    public synchronized Optional<Pinned> pinned(Path pin) {
        return Optional.ofNullable(pinned.get(pin));
    }

    /** The machine restarted: the files are there, the namespaces are not. */
    public synchronized void forgetAll() {
        pinned.clear();
    }

    synchronized List<String> leftovers() {
        return pinned.entrySet().stream()
                .map(pin -> pin.getValue().kind + " namespace at " + pin.getKey())
                .toList();
    }
}
