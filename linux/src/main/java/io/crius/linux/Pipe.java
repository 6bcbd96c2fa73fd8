package io.crius.linux;

/** Both ends of a pipe; closing closes both. */
public record Pipe(Fd read, Fd write) implements AutoCloseable {
    @Override
    public void close() {
        read.close();
        write.close();
    }
}
