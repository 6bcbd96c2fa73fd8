package io.crius.daemon.cli.terminal;

import io.crius.client.stream.ProcessEnd;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.client.stream.Wants.Standard;
import io.crius.linux.OwnTerminals;
import io.crius.linux.OwnTerminals.Size;
import io.crius.model.CriusException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A person at a process in a container, until it ends, the connection breaks, or the person leaves. For one thread, once. */
public final class Interaction {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int BLOCK = 32 * 1024;
    private static final Duration FOREVER = Duration.ofDays(365);
    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final ProcessEnd LEFT = new ProcessEnd(0, "");

    private final RemoteProcess process;
    private final Wants wants;
    private final OwnTerminals terminals;
    private final CompletableFuture<ProcessEnd> over = new CompletableFuture<>();

    public Interaction(RemoteProcess process, Wants wants, OwnTerminals terminals) {
        this.process = process;
        this.wants = wants;
        this.terminals = terminals;
    }

    /**
     * Runs to the end.
     *
     * @return how the process ended; an exit code of 0 when the person left it
     * @throws CriusException.Unavailable when the connection broke, or the process could not be run
     */
    public ProcessEnd run(InputStream in, OutputStream out, OutputStream err) throws IOException, InterruptedException {
        boolean keys = wants.has(Standard.STDIN) && wants.isTerminal();
        try (OwnTerminals.Raw _ = keys ? raw() : () -> {}) {
            List<Thread> outputs = new ArrayList<>();
            outputs.add(pump(process.stdout(), out));
            if (wants.has(Standard.STDERR)) {
                outputs.add(pump(process.stderr(), err));
            }
            if (wants.has(Standard.STDIN)) {
                Thread.ofPlatform().daemon().name("keyboard").start(() -> type(in));
            }
            if (wants.isTerminal()) {
                Thread.ofVirtual().name("window").start(this::watchSize);
            }
            Thread.ofVirtual().name("end").start(() -> awaitEnd(outputs));
            return finish(over.join());
        }
    }

    /** Puts the terminal back also when the program is told to end in between. */
    private OwnTerminals.Raw raw() throws IOException {
        OwnTerminals.Raw raw = terminals.raw(STDIN);
        Thread restore = Thread.ofPlatform().unstarted(raw::close);
        Runtime.getRuntime().addShutdownHook(restore);
        return raw;
    }

    private static ProcessEnd finish(ProcessEnd end) {
        if (end.exitCode() == ProcessEnd.NO_CODE) {
            throw new CriusException.Unavailable(
                    end.message().isEmpty() ? "the connection broke before the process ended" : end.message());
        }
        return end;
    }

    private static Thread pump(InputStream from, OutputStream to) {
        return Thread.ofVirtual().name("output").start(() -> {
            byte[] block = new byte[BLOCK];
            try {
                for (int read = from.read(block); read >= 0; read = from.read(block)) {
                    to.write(block, 0, read);
                    to.flush();
                }
            } catch (IOException _) {
                // The connection broke, which the end of the process says in words.
            }
        });
    }

    private void awaitEnd(List<Thread> outputs) {
        try {
            Optional<ProcessEnd> end = process.awaitEnd(FOREVER);
            for (Thread output : outputs) {
                output.join();
            }
            over.complete(end.orElse(LEFT));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over.completeExceptionally(e);
        }
    }

    private void type(InputStream in) {
        var detach = new DetachKeys();
        byte[] keys = new byte[BLOCK];
        try (OutputStream stdin = process.stdin()) {
            for (int read = in.read(keys); read >= 0; read = in.read(keys)) {
                if (!wants.isTerminal()) {
                    stdin.write(keys, 0, read);
                    stdin.flush();
                } else if (detach.pass(keys, read, stdin)) {
                    over.complete(LEFT);
                    return;
                }
            }
        } catch (IOException _) {
            // The process does not read any more; its end comes on its own way.
        }
    }

    /** Looks again and again: a JVM cannot be told of SIGWINCH, and a look costs a microsecond. */
    private void watchSize() {
        Optional<Size> told = Optional.empty();
        try {
            while (!over.isDone()) {
                Optional<Size> size = terminals.size(STDOUT).or(() -> terminals.size(STDIN));
                if (size.isPresent() && !size.equals(told)) {
                    process.resize(size.get().columns(), size.get().rows());
                    told = size;
                }
                Thread.sleep(GLANCE);
            }
        } catch (IOException _) {
            // The connection broke, which the end of the process says in words.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
