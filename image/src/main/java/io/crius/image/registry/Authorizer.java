package io.crius.image.registry;

import io.crius.image.auth.Credentials;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers a registry's challenge: makes the Authorization header of requests, fetching and keeping access tokens.
 *
 * <p>Thread-safe by its lock, which is held while a token is fetched: others wait for that token instead of asking for
 * their own. Spec: Docker Registry v2 authentication via central service; OAuth 2 for identity tokens.
 */
final class Authorizer {
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final String CLIENT = "crius";

    /**
     * What the credentials are for.
     *
     * @param registry as it is reached
     * @param scope what is wanted in any case, as {@code repository:path:pull}
     */
    record Purpose(URI registry, String scope) {}

    private record Token(String text, Instant expires) {}

    private final Transport transport;
    private final Credentials credentials;
    private final Optional<Challenge> challenge;
    private final URI registry;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> scopes = new LinkedHashSet<>();
    private @Nullable Token token;

    Authorizer(Transport transport, Credentials credentials, Optional<Challenge> challenge, Purpose purpose) {
        this.transport = transport;
        this.credentials = credentials;
        this.challenge = challenge;
        this.registry = purpose.registry;
        this.scopes.add(purpose.scope);
    }

    /** The header for the next request; empty where none is asked for or there is nothing to show. */
    Optional<String> header() {
        if (challenge.isEmpty()) {
            return Optional.empty();
        }
        if (credentials instanceof Credentials.RegistryToken(String text)) {
            return Optional.of("Bearer " + text);
        }
        if (challenge.get().scheme().equals("bearer")) {
            return Optional.of("Bearer " + token(challenge.get()));
        }
        return credentials instanceof Credentials.UserPassword pair
                ? Optional.of(pair.basicHeader())
                : Optional.empty();
    }

    /**
     * Looks at a 401 to a request that had the header: whether another one, with a wider or a fresh token, may do better.
     */
    boolean mayRetry(Answer unauthorized, String usedHeader) {
        if (challenge.isEmpty()
                || !challenge.get().scheme().equals("bearer")
                || credentials instanceof Credentials.RegistryToken) {
            return false;
        }
        Optional<Challenge> now = Challenge.choose(unauthorized.headers().allValues("WWW-Authenticate"));
        String wanted = now.filter(one -> one.parameter("error").equals("insufficient_scope"))
                .map(one -> one.parameter("scope"))
                .orElse("");
        lock.lock();
        try {
            if (!wanted.isEmpty()) {
                scopes.add(wanted);
            }
            if (token != null && usedHeader.equals("Bearer " + token.text)) {
                token = null;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private String token(Challenge bearer) {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("wait for an access token: cancelled", e);
        }
        try {
            Token known = token;
            if (known == null || Instant.now().isAfter(known.expires)) {
                known = fetch(bearer);
                token = known;
            }
            return known.text;
        } finally {
            lock.unlock();
        }
    }

    private Token fetch(Challenge bearer) {
        URI realm = realm(bearer);
        String doing = "get an access token from " + realm.getScheme() + "://" + realm.getRawAuthority();
        Request request = switch (credentials) {
            case Credentials.IdentityToken(String refresh) -> Request.post(realm, form(bearer, refresh));
            case Credentials.UserPassword pair
            when !pair.password().isEmpty() ->
                Request.get(query(realm, bearer, pair.user())).with("Authorization", pair.basicHeader());
            case Credentials.UserPassword pair -> Request.get(query(realm, bearer, pair.user()));
            case Credentials.RegistryToken _, Credentials.None _ -> Request.get(query(realm, bearer, ""));
        };
        try {
            return BrokenConnection.tried(transport, () -> fetch(doing, request));
        } catch (IOException e) {
            throw RegistryFailure.of(doing, realm, e);
        }
    }

    private Token fetch(String doing, Request request) throws IOException {
        try (Answer answer = transport.send(request)) {
            if (answer.status() == 401) {
                throw new CriusException.PermissionDenied("unable to retrieve auth token: invalid username/password: "
                        + RegistryFailure.of(doing, answer).getMessage());
            }
            if (answer.status() != 200) {
                throw RegistryFailure.of(doing, answer);
            }
            return read(doing, answer.bytes(LARGEST_ANSWER));
        }
    }

    private URI realm(Challenge bearer) {
        String realm = bearer.parameter("realm");
        try {
            URI uri = URI.create(realm);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                refuseToShout(uri);
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // As a realm that is no HTTP URL.
        }
        throw new CriusException.Failed("the registry's bearer challenge has no usable realm: \"" + realm + "\"");
    }

    /** Safety: a registry that is reached over TLS must not make us send a password without. */
    private void refuseToShout(URI realm) {
        if ("https".equals(registry.getScheme())
                && "http".equals(realm.getScheme())
                && !credentials.equals(Credentials.NONE)) {
            throw new CriusException.PermissionDenied("the registry " + registry.getRawAuthority()
                    + " wants the credentials sent without TLS, to " + realm + "; they are not");
        }
    }

    private URI query(URI realm, Challenge bearer, String account) {
        StringBuilder query = new StringBuilder(realm.getRawQuery() == null ? "" : realm.getRawQuery() + "&");
        if (!account.isEmpty()) {
            query.append("account=").append(encoded(account)).append('&');
        }
        query.append(scopes.stream().map(scope -> "scope=" + encoded(scope)).collect(Collectors.joining("&")));
        String service = bearer.parameter("service");
        if (!service.isEmpty()) {
            query.append("&service=").append(encoded(service));
        }
        String path = realm.getRawPath() == null ? "" : realm.getRawPath();
        return URI.create(realm.getScheme() + "://" + realm.getRawAuthority() + path + "?" + query);
    }

    private String form(Challenge bearer, String refresh) {
        Map<String, String> fields = new TreeMap<>(Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                refresh,
                "client_id",
                CLIENT,
                "scope",
                String.join(" ", scopes)));
        String service = bearer.parameter("service");
        if (!service.isEmpty()) {
            fields.put("service", service);
        }
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Token read(String doing, byte[] body) {
        JsonObject json;
        try {
            json = Json.parseObject(body, "token");
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.Failed(doing + ": the answer is not JSON", e);
        }
        String text = json.string("token")
                .filter(one -> !one.isEmpty())
                .or(() -> json.string("access_token"))
                .orElse("");
        if (text.isEmpty()) {
            throw new CriusException.Failed(doing + ": the answer has no token");
        }
        Duration life = Duration.ofSeconds(json.integer("expires_in").orElse(0));
        Instant issued = json.string("issued_at").flatMap(Authorizer::instant).orElseGet(Instant::now);
        return new Token(text, issued.plus(life.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : life));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
