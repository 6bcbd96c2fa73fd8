package io.crius.image.registry;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;

/** Which failures of the network are worth another attempt, and when. */
final class BrokenConnection {
    private static final int ATTEMPTS = 3;

    private BrokenConnection() {}

    /** Something that asks a registry, and may be done again. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException;
    }

    /** One second and up to a tenth more, twice as much each time. {@code attempt} begins at one. */
    static Duration pause(int attempt) {
        return Duration.ofMillis((500L << attempt) + ThreadLocalRandom.current().nextInt(100));
    }

    /**
     * The result of an attempt; of three where connections break that had been open. One that cannot be opened, or brings
     * no answer in time, is reported at once: a mirror may do better, and kubelet comes again.
     */
    static <T> T tried(Transport transport, Attempt<T> attempt) throws IOException {
        for (int count = 1; ; count++) {
            try {
                return attempt.run();
            } catch (IOException e) {
                if (count == ATTEMPTS || !mayMend(e) || neverWas(e)) {
                    throw e;
                }
                transport.pause(pause(count));
            }
        }
    }

    private static boolean neverWas(IOException failure) {
        return has(failure, ConnectException.class) || has(failure, HttpTimeoutException.class);
    }

    /** Not so: interrupts, what the other side says in a wrong way, and its certificates. */
    static boolean mayMend(IOException failure) {
        if (failure instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
            return false;
        }
        return !has(failure, ProtocolException.class) && !isTls(failure);
    }

    /** A connection that ends during the handshake says nothing about TLS. */
    static boolean isTls(IOException failure) {
        return has(failure, SSLException.class)
                && !has(failure, EOFException.class)
                && !has(failure, SocketException.class);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return true;
            }
        }
        return false;
    }
}
