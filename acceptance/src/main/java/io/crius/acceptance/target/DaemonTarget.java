package io.crius.acceptance.target;

import io.crius.acceptance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server that is started by a command line. */
final class DaemonTarget implements Target {
    /** What makes up a server. */
    record Daemon(String name, TargetKind kind, Path socket, List<String> command, Path log) {}

    private final Daemon daemon;
    private Optional<ServerProcess> process = Optional.empty();

    DaemonTarget(Daemon daemon) {
        this.daemon = daemon;
    }

    @Override
    public String name() {
        return daemon.name();
    }

    @Override
    public TargetKind kind() {
        return daemon.kind();
    }

    @Override
    public Path socket() {
        return daemon.socket();
    }

    @Override
    public void start() throws IOException {
        process = Optional.of(ServerProcess.start(daemon.name(), daemon.command(), Map.of(), daemon.log()));
    }

    @Override
    public long pid() {
        return process.orElseThrow().pid();
    }

    @Override
    public void requireAlive() throws IOException {
        process.orElseThrow().requireAlive();
    }

    @Override
    public String logTail() throws IOException {
        return process.isPresent() ? process.get().logTail() : "";
    }

    @Override
    public void kill() throws InterruptedException {
        process.orElseThrow().kill();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isPresent()) {
            process.get().close();
        }
    }
}
