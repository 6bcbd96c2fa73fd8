package io.crius.runtime.conmon;

import io.crius.linux.Child;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.Pipe;
import io.crius.linux.SpawnRequest;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.process.OutputPipes;
import io.crius.runtime.process.OutputSink;
import io.crius.runtime.process.OutputSink.Keep;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A monitor that was started and waits for a byte; before it has that it forks nothing. Closing one that was not told ends it.
 * One thread at a time.
 */
public final class WaitingMonitor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WaitingMonitor.class.getName());
    private static final int SYNC_PIPE = 3;
    private static final int START_PIPE = 4;
    private static final int STDERR_LIMIT = 4 << 10;
    private static final int SIGKILL = 9;
    private static final Duration DYING = Duration.ofSeconds(5);

    private final Linux linux;
    private final ContainerBundle container;
    private final OutputSink stderr = new OutputSink(STDERR_LIMIT, Keep.END);
    private final OutputSink answer = new OutputSink(SyncMessage.LONGEST, Keep.BEGINNING);
    private final OutputPipes errors;
    private final OutputPipes sync;
    private final Pipe start;
    private final Child process;
    private boolean told;

    private WaitingMonitor(Linux linux, ContainerBundle container, MonitorPlaces places, Path runtime)
            throws IOException {
        this.linux = linux;
        this.container = container;
        this.errors = new OutputPipes(linux.descriptors());
        this.sync = new OutputPipes(linux.descriptors());
        this.start = linux.descriptors().pipe();
        try {
            this.process = spawn(places, runtime);
        } catch (IOException | RuntimeException e) {
            closePipes();
            throw e;
        }
    }

    /** @param runtime what it executes as the container's runtime */
    static WaitingMonitor start(Linux linux, ContainerBundle container, MonitorPlaces places, Path runtime)
            throws IOException {
        return new WaitingMonitor(linux, container, places, runtime);
    }

    private Child spawn(MonitorPlaces places, Path runtime) throws IOException {
        try (Fd none = linux.descriptors().open(Path.of("/dev/null"), Set.of(OpenFlag.RDWR), 0)) {
            List<String> environment = ConmonArguments.environment(container.handler(), SYNC_PIPE, START_PIPE);
            var descriptors = Map.of(
                    0, none, 1, none, 2, errors.to(stderr), SYNC_PIPE, sync.to(answer), START_PIPE, start.read());
            Child spawned = linux.processes()
                    .spawn(new SpawnRequest(
                            ConmonArguments.create(container, places, runtime),
                            environment,
                            container.folders().bundle(),
                            descriptors,
                            SpawnRequest.Leadership.NEW_SESSION));
            errors.started();
            sync.started();
            start.read().close();
            return spawned;
        }
    }

    ContainerBundle container() {
        return container;
    }

    Child process() {
        return process;
    }

    /** What it says, and the runtime that it runs. */
    OutputPipes errors() {
        return errors;
    }

    OutputSink stderr() {
        return stderr;
    }

    /** By which it tells how the creation went. */
    OutputPipes sync() {
        return sync;
    }

    OutputSink answer() {
        return answer;
    }

    /** Lets it go on. One that has ended already is not told; its status says why. */
    void tell() throws IOException {
        try {
            linux.descriptors().write(start.write(), new byte[1], 0, 1);
            told = true;
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPIPE) {
                throw e;
            }
        }
    }

    /** Ends the process that was started, and waits for that a while. */
    void kill() throws IOException, InterruptedException {
        process.kill(SIGKILL);
        Optional<?> _ = process.waitFor(DYING);
    }

    @Override
    public void close() {
        // What it forks and leaves behind when it was told has descriptors of its own.
        try (process) {
            if (!told) {
                told = true;
                kill();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "end monitor " + process.pid() + ", which is not needed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closePipes();
        }
    }

    private void closePipes() {
        errors.close();
        sync.close();
        start.close();
    }
}
