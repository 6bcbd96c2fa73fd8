package io.crius.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A process that keeps a new user namespace, and others which that owns, until they are pinned. It ends when this is closed, and
 * with this process, whose end of a pipe it waits on.
 */
final class NamespaceHolder implements AutoCloseable {
    private static final int PROGRAM = 3;
    private static final int SIGKILL = 9;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Descriptors descriptors;
    private final Fd input;
    private final Fd output;
    private final Child child;

    private NamespaceHolder(Descriptors descriptors, Fd input, Fd output, Child child) {
        this.descriptors = descriptors;
        this.input = input;
        this.output = output;
        this.child = child;
    }

    /** Blocks: until the namespaces are there, some milliseconds. {@code kinds} may have the user namespace itself among them. */
    static NamespaceHolder start(Processes processes, Descriptors descriptors, Set<NamespaceKind> kinds, IdMaps maps)
            throws IOException {
        long flags = kinds.stream()
                .filter(kind -> kind != NamespaceKind.USER)
                .mapToLong(NamespaceKind::cloneFlag)
                .reduce(0, (a, b) -> a | b);
        NamespaceHolder holder = spawn(processes, descriptors, flags);
        try {
            holder.await("unshare(CLONE_NEWUSER)");
            holder.map(maps);
            holder.goOn();
            holder.await("unshare(" + kinds + ")");
            return holder;
        } catch (IOException | RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    private static NamespaceHolder spawn(Processes processes, Descriptors descriptors, long flags) throws IOException {
        try (Pipe in = descriptors.pipe();
                Pipe out = descriptors.pipe();
                Fd program = SealedCopy.of(descriptors, PauseProgram.bytes(), "crius-pause")) {
            Child child = processes.spawn(new SpawnRequest(
                    List.of("/proc/self/fd/" + PROGRAM, Long.toString(flags)),
                    List.of(),
                    Path.of("/"),
                    Map.of(0, in.read(), 1, out.write(), PROGRAM, program),
                    SpawnRequest.Leadership.NEW_SESSION));
            return new NamespaceHolder(
                    descriptors, descriptors.duplicate(in.write()), descriptors.duplicate(out.read()), child);
        }
    }

    long pid() {
        return child.pid();
    }

    /** Kernel: groups first, user_namespaces(7); a map is written at once, by a single write. */
    private void map(IdMaps maps) throws IOException {
        write("gid_map", maps.gids());
        write("uid_map", maps.uids());
    }

    private void write(String name, List<IdRange> ranges) throws IOException {
        var text = new StringBuilder();
        ranges.forEach(range -> text.append(range.line()));
        byte[] bytes = text.toString().getBytes(US_ASCII);
        Path file = Path.of("/proc", Long.toString(pid()), name);
        try (Fd map = descriptors.open(file, Set.of(OpenFlag.WRONLY), 0)) {
            descriptors.write(map, bytes, 0, bytes.length);
        } catch (ErrnoException e) {
            throw new ErrnoException(name + " \"" + text.toString().strip().replace('\n', ',') + "\"", e.number());
        }
    }

    private void goOn() throws IOException {
        descriptors.write(input, new byte[] {1}, 0, 1);
    }

    private void await(String what) throws IOException {
        byte[] answer = new byte[1];
        boolean answered = !descriptors.poll(List.of(output), LIMIT).isEmpty();
        if (!answered || descriptors.read(output, answer, 0, 1) != 1) {
            throw new IOException(what + ": the process that holds the new namespaces "
                    + (answered ? "ended" : "did not answer within " + LIMIT.toSeconds() + " s"));
        }
        if (answer[0] != 0) {
            throw new ErrnoException(what, Byte.toUnsignedInt(answer[0]));
        }
    }

    /** It sees the end of its input and ends. */
    @Override
    public void close() throws IOException {
        input.close();
        output.close();
        boolean interrupted = Thread.interrupted();
        try (child) {
            if (child.waitFor(LIMIT).isEmpty()) {
                child.kill(SIGKILL);
            }
        } catch (InterruptedException _) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
