package io.crius.acceptance.target;

import java.io.IOException;
import java.nio.file.Path;

/** A server that somebody else runs: it is neither started nor ended, and cases that would kill it do not apply. */
public record RunningTarget(TargetKind kind, Path socket) implements Target {
    @Override
    public String name() {
        return "the server at " + socket;
    }

    @Override
    public void start() {}

    @Override
    public long pid() {
        throw new UnsupportedOperationException("the process of " + name() + " is not known");
    }

    @Override
    public void requireAlive() throws IOException {}

    @Override
    public String logTail() {
        return "";
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("the process of " + name() + " belongs to somebody else");
    }

    @Override
    public void close() {}
}
