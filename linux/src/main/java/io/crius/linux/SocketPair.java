package io.crius.linux;

/** Two sockets that are connected with each other; closing closes both. */
public record SocketPair(Fd first, Fd second) implements AutoCloseable {
    @Override
    public void close() {
        first.close();
        second.close();
    }
}
