package io.crius.streaming;

import io.crius.model.CriusException;
import io.crius.streaming.protocol.StreamTask;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that were promised and not begun. Thread-safe; the lock is held while the map changes.
 *
 * <p>A token is 24 characters: the first 8 find its entry, the rest is the secret and compared in constant time. Whoever guesses
 * at secrets does not use a token up.
 */
final class Tokens {
    /** Compat: how long a token works. */
    static final Duration LIFE = Duration.ofMinutes(1);

    /** Compat: how many may be outstanding. */
    static final int MOST = 1000;

    private static final int BYTES = 18;
    private static final int NAME = 8;
    private static final int LENGTH = 24;

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Entry(byte[] secret, String kind, StreamTask task, long expires) {}

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final LongSupplier clock;

    Tokens() {
        this(System::nanoTime);
    }

    /** With a clock of nanoseconds that only goes on, from any number. */
    Tokens(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * A token for the session.
     *
     * @param kind the part of the URL before it
     * @throws CriusException.ResourceExhausted where too many are outstanding
     */
    synchronized String issue(String kind, StreamTask task) {
        long now = clock.getAsLong();
        removeExpired(now);
        if (entries.size() >= MOST) {
            throw new CriusException.ResourceExhausted("maximum number of in-flight requests exceeded");
        }
        String token = unused();
        entries.put(token.substring(0, NAME), new Entry(secret(token), kind, task, now + LIFE.toNanos()));
        return token;
    }

    private String unused() {
        byte[] bytes = new byte[BYTES];
        String token;
        do {
            random.nextBytes(bytes);
            token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        } while (entries.containsKey(token.substring(0, NAME)));
        return token;
    }

    /** The session, which nobody else gets any more; empty for a token that is unknown, used, too old, or of another kind. */
    synchronized Optional<StreamTask> redeem(String kind, String token) {
        if (token.length() != LENGTH) {
            return Optional.empty();
        }
        @Nullable Entry entry = entries.get(token.substring(0, NAME));
        if (entry == null || !MessageDigest.isEqual(entry.secret, secret(token))) {
            return Optional.empty();
        }
        entries.remove(token.substring(0, NAME));
        boolean valid = entry.expires - clock.getAsLong() > 0 && entry.kind.equals(kind);
        return valid ? Optional.of(entry.task) : Optional.empty();
    }

    /** The oldest come first. */
    private void removeExpired(long now) {
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext() && oldest.next().expires - now <= 0) {
            oldest.remove();
        }
    }

    private static byte[] secret(String token) {
        return token.substring(NAME).getBytes(StandardCharsets.US_ASCII);
    }
}
