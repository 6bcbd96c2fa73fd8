package io.crius.runtime.exec;

import io.crius.linux.Descriptors;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.Pipe;
import io.crius.runtime.RuntimeContainer;
import io.crius.streaming.session.StreamRequest.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The description of a process that a runtime reads before it starts the process. It stands in a pipe and lacks its last byte,
 * so that a runtime which has made all else ready waits for it; where a pipe does not hold it, and for a runtime that may read it more
 * than once, it is a file and whole.
 *
 * <p>A pipe ends with this process, and with {@link #close}: the runtime then refuses what it has read and ends. One thread at a time.
 */
final class ProcessDocument implements AutoCloseable {
    /** What the runtime gets the pipe as. */
    private static final int NUMBER = 3;

    /** Kernel: pipe(7), the capacity of a new pipe whose owner may do more than others. */
    private static final int CAPACITY = 64 << 10;

    /** Compat: runsc starts itself again, and reads it again. */
    private static final Set<String> READING_ONCE = Set.of("crun", "runc");

    private final Descriptors descriptors;
    private final byte[] bytes;
    private final Path path;
    private final Optional<Pipe> pipe;

    private ProcessDocument(Descriptors descriptors, byte[] bytes, Path path, Optional<Pipe> pipe) {
        this.descriptors = descriptors;
        this.bytes = bytes;
        this.path = path;
        this.pipe = pipe;
    }

    static ProcessDocument of(Linux linux, RuntimeContainer container, List<String> command, Kind kind, ExecFiles files)
            throws IOException {
        byte[] bytes = ExecFiles.describe(container, command, kind);
        boolean isReadOnce =
                READING_ONCE.contains(container.handler().path().getFileName().toString());
        if (isReadOnce && bytes.length < CAPACITY) {
            Pipe pipe = linux.descriptors().pipe();
            try {
                linux.descriptors().neverWait(pipe.write());
                if (linux.descriptors().write(pipe.write(), bytes, 0, bytes.length - 1) == bytes.length - 1) {
                    return new ProcessDocument(
                            linux.descriptors(), bytes, Path.of("/proc/self/fd/" + NUMBER), Optional.of(pipe));
                }
            } catch (ErrnoException e) {
                pipe.close();
                throw e;
            }
            pipe.close();
        }
        Files.write(files.process(), bytes);
        return new ProcessDocument(linux.descriptors(), bytes, files.process(), Optional.empty());
    }

    /** Where the runtime finds it. */
    Path path() {
        return path;
    }

    /** Whether a runtime that reads it waits until it is completed. */
    boolean isHeldBack() {
        return pipe.isPresent();
    }

    /** The descriptors of the runtime, together with what it reads this from. */
    Map<Integer, Fd> besides(Map<Integer, Fd> others) {
        var all = new HashMap<>(others);
        pipe.ifPresent(held -> all.put(NUMBER, held.read()));
        return all;
    }

    /** The runtime has the end that it reads from. */
    void spawned() {
        pipe.ifPresent(held -> held.read().close());
    }

    /** Lets the runtime read the rest. One that has ended is not told; its end says why. */
    void complete() throws IOException {
        if (pipe.isEmpty()) {
            return;
        }
        try (Fd end = pipe.get().write()) {
            descriptors.write(end, bytes, bytes.length - 1, 1);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPIPE) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        pipe.ifPresent(Pipe::close);
    }
}
