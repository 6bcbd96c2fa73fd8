package io.crius.runtime.exec;

import io.crius.linux.Descriptors;
import io.crius.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Descriptors that are closed together, and what runtimes write before they end. Not thread-safe. */
final class EndFds {
    private static final int ERRORS = 16 << 10;

    private final List<Fd> open = new ArrayList<>();

    Fd add(Fd fd) {
        open.add(fd);
        return fd;
    }

    void close() {
        open.forEach(Fd::close);
        open.clear();
    }

    /** What can be read there now, bounded. */
    static String text(Descriptors descriptors, Fd from) throws IOException {
        byte[] buffer = new byte[ERRORS];
        int size = 0;
        boolean more = true;
        while (more && size < ERRORS) {
            boolean ready = !descriptors.poll(List.of(from), Duration.ZERO).isEmpty();
            int count = ready ? OutletCarrier.read(descriptors, from, buffer, size) : 0;
            more = count > 0;
            size += Math.max(count, 0);
        }
        return new String(buffer, 0, size, StandardCharsets.UTF_8);
    }
}
