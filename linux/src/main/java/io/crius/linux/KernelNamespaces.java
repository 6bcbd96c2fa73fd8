package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** {@link Namespaces} by unshare and setns on threads that are thrown away. Thread-safe. */
final class KernelNamespaces implements Namespaces {
    private final NamespaceCalls calls = new NamespaceCalls();

    @Override
    public void pin(PinRequest request) throws IOException {
        // In one order, so that one request makes the same calls every time.
        var pins = new TreeMap<>(request.pins());
        var made = new ArrayList<Path>();
        try {
            for (Path pin : pins.values()) {
                calls.create(pin);
                made.add(pin);
            }
            OwnThread.call("crius-pin", () -> {
                try (var home = NamespaceHome.remember(List.copyOf(pins.keySet()))) {
                    home.leaveByUnshare();
                    furnish(request);
                    for (var pin : pins.entrySet()) {
                        calls.bindCurrent(pin.getKey(), pin.getValue());
                    }
                }
                return 0;
            });
        } catch (IOException | RuntimeException e) {
            unpinAfter(e, made);
            throw e;
        }
    }

    private void furnish(PinRequest request) throws ErrnoException {
        for (var setting : request.sysctls().entrySet()) {
            calls.writeSysctl(setting.getKey(), setting.getValue());
        }
        if (request.hostname().isPresent()) {
            calls.setHostname(request.hostname().get());
        }
        if (request.pins().containsKey(NamespaceKind.NETWORK)) {
            calls.bringLoopbackUp();
        }
    }

    private void unpinAfter(Exception why, List<Path> made) {
        for (Path pin : made) {
            try {
                unpin(pin);
            } catch (IOException e) {
                why.addSuppressed(e);
            }
        }
    }

    @Override
    public void unpin(Path pin) throws IOException {
        calls.unbind(pin);
        calls.remove(pin);
    }

    @Override
    public <T> T inNetwork(Path pin, IoCallable<T> work) throws IOException {
        return OwnThread.call("crius-netns", () -> {
            try (var home = NamespaceHome.remember(List.of(NamespaceKind.NETWORK))) {
                home.leaveFor(pin, NamespaceKind.NETWORK);
                return work.call();
            }
        });
    }
}
