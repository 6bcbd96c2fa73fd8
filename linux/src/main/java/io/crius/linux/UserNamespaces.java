package io.crius.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * User namespaces made by a short-lived child: {@code unshare --user cat}. When the child gives back a byte it is inside; then
 * its id maps are written from here, and its namespace is opened. Thread-safe; no locks.
 */
final class UserNamespaces {
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final int SIGKILL = 9;
    private static final List<String> PLACES = List.of("/usr/bin/unshare", "/bin/unshare");
    private static final String SEARCH_PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

    private final Descriptors descriptors;
    private final Processes processes;

    UserNamespaces(Descriptors descriptors, Processes processes) {
        this.descriptors = descriptors;
        this.processes = processes;
    }

    Fd make(List<IdRange> uids, List<IdRange> gids) throws IOException {
        if (uids.isEmpty() || gids.isEmpty()) {
            throw new IllegalArgumentException("a user namespace without users or groups");
        }
        try (Pipe in = descriptors.pipe();
                Pipe out = descriptors.pipe();
                Child child = processes.spawn(request(in.read(), out.write()))) {
            try {
                in.read().close();
                out.write().close();
                awaitInside(in.write(), out.read());
                return mapped(Path.of("/proc", Long.toString(child.pid())), uids, gids);
            } finally {
                child.kill(SIGKILL);
            }
        }
    }

    private static SpawnRequest request(Fd in, Fd out) throws IOException {
        String program = PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElseThrow(() -> new ErrnoException(
                        "make a user namespace: none of " + PLACES + " is there; install util-linux", Errno.ENOENT));
        return new SpawnRequest(
                List.of(program, "--user", "cat"),
                List.of(SEARCH_PATH),
                Path.of("/"),
                Map.of(0, in, 1, out, 2, out),
                SpawnRequest.Leadership.NEW_SESSION);
    }

    private void awaitInside(Fd in, Fd out) throws IOException {
        byte[] token = {'\n'};
        descriptors.writeFully(in, token, 0, token.length);
        if (descriptors.poll(List.of(out), LONGEST).isEmpty()) {
            throw new IOException("make a user namespace: unshare --user did not answer for " + LONGEST);
        }
        byte[] answer = new byte[512];
        int length = descriptors.read(out, answer, 0, answer.length);
        if (length != 1 || answer[0] != token[0]) {
            String words = new String(answer, 0, Math.max(0, length), StandardCharsets.UTF_8).strip();
            throw new IOException("make a user namespace: " + (words.isEmpty() ? "unshare --user ended" : words)
                    + " (is user.max_user_namespaces 0?)");
        }
    }

    private Fd mapped(Path process, List<IdRange> uids, List<IdRange> gids) throws IOException {
        write(process.resolve("uid_map"), uids);
        write(process.resolve("gid_map"), gids);
        return descriptors.open(process.resolve("ns/user"), Set.of(OpenFlag.RDONLY), 0);
    }

    /** Kernel: the whole map in one write. */
    private void write(Path file, List<IdRange> ranges) throws IOException {
        byte[] map =
                ranges.stream().map(IdRange::line).collect(Collectors.joining()).getBytes(StandardCharsets.US_ASCII);
        try (Fd fd = descriptors.open(file, Set.of(OpenFlag.WRONLY), 0)) {
            descriptors.writeFully(fd, map, 0, map.length);
        } catch (ErrnoException e) {
            throw new ErrnoException("map ids " + ranges + ": " + e.call(), e.number());
        }
    }
}
