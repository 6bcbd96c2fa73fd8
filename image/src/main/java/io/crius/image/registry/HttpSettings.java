package io.crius.image.registry;

import java.time.Duration;

/**
 * How registries are asked.
 *
 * @param userAgent names this program
 * @param connect time for a connection with its TLS handshake
 * @param answer time from a request to the headers of its answer
 * @param silence how long a body may bring nothing before its connection counts as broken
 * @param pause how to wait before another attempt
 */
public record HttpSettings(String userAgent, Duration connect, Duration answer, Duration silence, Pause pause) {
    /** Waits. */
    @FunctionalInterface
    public interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    /**
     * 10 s to connect, 60 s for an answer, 60 s of silence. Compat: the first is containers/image's limit of the TLS handshake,
     * and ends the wait for a registry without TLS that reads our first message and says nothing.
     */
    public static HttpSettings of(String userAgent) {
        return new HttpSettings(
                userAgent, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), Thread::sleep);
    }

    public HttpSettings withSilence(Duration limit) {
        return new HttpSettings(userAgent, connect, answer, limit, pause);
    }

    public HttpSettings withPause(Pause other) {
        return new HttpSettings(userAgent, connect, answer, silence, other);
    }
}
