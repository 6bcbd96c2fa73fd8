package io.crius.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests: follows redirects, waits when a registry says so, gives up on one that does not answer.
 *
 * <p>Thread-safe. Blocks: until the headers of the answer are there. An interrupt ends it with {@link
 * InterruptedIOException} and the flag set.
 */
final class Transport {
    private static final int REDIRECTS = 10;
    private static final int ATTEMPTS_WHEN_TOO_MANY = 5;
    private static final int ATTEMPTS_WHEN_OVERLOADED = 3;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final Set<Integer> MOVED = Set.of(301, 302, 303, 307, 308);

    private final HttpClient client;
    private final Proxies proxies;
    private final HttpSettings settings;
    private final RegistryWarnings warnings;
    private final RecentHosts silent;

    /** @param silent hosts that did not answer over HTTP/2; they are asked over HTTP/1.1 as long as they are known for it */
    Transport(
            HttpClient client, Proxies proxies, HttpSettings settings, RegistryWarnings warnings, RecentHosts silent) {
        this.client = client;
        this.proxies = proxies;
        this.settings = settings;
        this.warnings = warnings;
        this.silent = silent;
    }

    void pause(Duration time) throws InterruptedIOException {
        try {
            settings.pause().sleep(time);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The final answer, whatever its status; the caller closes it. */
    Answer send(Request request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Answer answer = followed(request);
            if (attempt >= attempts(answer.status())) {
                return answer;
            }
            Duration wait = wait(answer, attempt);
            answer.close();
            pause(wait);
        }
    }

    private static int attempts(int status) {
        return switch (status) {
            case 429 -> ATTEMPTS_WHEN_TOO_MANY;
            case 502, 503, 504 -> ATTEMPTS_WHEN_OVERLOADED;
            default -> 1;
        };
    }

    /** Compat: what Retry-After says, else two seconds and twice as much each time; never above a minute. */
    private static Duration wait(Answer answer, int attempt) {
        Duration doubling = Duration.ofSeconds(1L << attempt);
        Duration wait = answer.header("Retry-After")
                .map(text -> retryAfter(text, doubling))
                .orElse(doubling);
        return wait.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait;
    }

    private static Duration retryAfter(String text, Duration fallback) {
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip())));
        } catch (NumberFormatException _) {
            return untilDate(text, fallback);
        }
    }

    private static Duration untilDate(String text, Duration fallback) {
        try {
            ZonedDateTime date = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration left = Duration.between(ZonedDateTime.now(date.getZone()), date);
            return left.isNegative() ? Duration.ZERO : left;
        } catch (DateTimeParseException _) {
            return fallback;
        }
    }

    private Answer followed(Request first) throws IOException {
        Request request = first;
        for (int redirects = 0; ; redirects++) {
            Answer answer = exchange(request);
            if (!MOVED.contains(answer.status()) || answer.header("Location").isEmpty()) {
                return answer;
            }
            URI target = target(request, answer);
            answer.close();
            if (redirects == REDIRECTS) {
                throw new ProtocolException(
                        "more than " + REDIRECTS + " redirects, the last one to " + target.getHost());
            }
            request = request.redirectedTo(target);
        }
    }

    private static URI target(Request request, Answer answer) throws IOException {
        String location = answer.header("Location").orElse("");
        URI target;
        try {
            target = request.uri().resolve(location);
        } catch (IllegalArgumentException _) {
            throw new ProtocolException("redirect to \"" + location + "\", which is not a URL");
        }
        String scheme = target.getScheme();
        if (target.getHost() == null || !("https".equals(scheme) || "http".equals(scheme))) {
            throw new ProtocolException("redirect to \"" + location + "\", which is not an HTTP URL");
        }
        if ("https".equals(request.uri().getScheme())
                && "http".equals(scheme)
                && request.downgrade() == Request.Downgrade.REFUSED) {
            throw new ProtocolException("redirect from https to " + target + " is refused");
        }
        return target;
    }

    private Answer exchange(Request request) throws IOException {
        var body = new StreamedBody(settings.silence(), () -> avoidShared(request));
        CompletableFuture<HttpResponse<InputStream>> sent = client.sendAsync(http(request), _ -> body);
        try {
            HttpResponse<InputStream> response = sent.get(settings.answer().toMillis(), TimeUnit.MILLISECONDS);
            warnings.tell(request.uri().getAuthority(), response.headers().allValues("Warning"));
            return new Answer(response.statusCode(), request.uri(), response.headers(), body(response));
        } catch (TimeoutException _) {
            sent.cancel(true);
            body.close();
            avoidShared(request);
            throw new HttpTimeoutException("no answer in " + settings.answer().toSeconds() + " s");
        } catch (InterruptedException e) {
            sent.cancel(true);
            body.close();
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException(String.valueOf(e.getCause()), e.getCause());
        }
    }

    /**
     * JDK: giving up a request of HTTP/2 keeps its connection, which is perhaps dead, and the next requests would wait on it for
     * nothing. Over HTTP/1.1 each that is given up ends its connection.
     */
    private void avoidShared(Request request) {
        if (version(request) == HttpClient.Version.HTTP_2) {
            silent.remember(request.uri().getAuthority());
        }
    }

    /** The JDK gives none where it was a proxy that answered instead of making a tunnel. */
    private static InputStream body(HttpResponse<InputStream> response) {
        return Optional.ofNullable(response.body()).orElseGet(InputStream::nullInputStream);
    }

    private HttpRequest http(Request request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .version(version(request))
                .header("Docker-Distribution-API-Version", "registry/2.0")
                .header("User-Agent", settings.userAgent());
        request.headers().forEach(header -> builder.header(header.name(), header.value()));
        proxies.authorizationFor(request.uri()).ifPresent(value -> builder.header("Proxy-Authorization", value));
        switch (request.method()) {
            case GET -> builder.GET();
            case HEAD -> builder.HEAD();
            case POST ->
                builder.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(request.form().orElse("")));
        }
        return builder.build();
    }

    /**
     * HTTP/2 where the server offers it with TLS: light requests then share a connection. Heavy ones would share its window
     * and the thread that takes it apart. Without TLS it would have to be asked for with each request.
     */
    private HttpClient.Version version(Request request) {
        boolean light = request.weight() == Request.Weight.LIGHT;
        return light
                        && "https".equals(request.uri().getScheme())
                        && !silent.knows(request.uri().getAuthority())
                ? HttpClient.Version.HTTP_2
                : HttpClient.Version.HTTP_1_1;
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        var interrupted = new InterruptedIOException("interrupted while waiting for a registry");
        interrupted.initCause(cause);
        return interrupted;
    }
}
