package io.crius.image.registry;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What registries and the network answer instead of content, as errors that say what happened and what to do. */
final class RegistryFailure {
    /** What kubelet looks for. Compat: a reason string of the CRI. */
    static final String UNAVAILABLE = "RegistryUnavailable: ";

    private static final int LARGEST_ERROR = 1 << 20;
    private static final int QUOTED = 50;

    private RegistryFailure() {}

    /** The request could not be sent, or its answer not be read. */
    static CriusException of(String doing, URI uri, IOException cause) {
        if (Thread.currentThread().isInterrupted()) {
            return new CriusException.Cancelled(doing + ": cancelled", cause);
        }
        if (BrokenConnection.isTls(cause)) {
            return new CriusException.FailedPrecondition(doing + ": " + tls(uri, cause), cause);
        }
        if (has(cause, ProtocolException.class).isPresent()) {
            return new CriusException.Failed(doing + ": " + place(uri) + ": " + text(cause), cause);
        }
        return new CriusException.Unavailable(UNAVAILABLE + doing + ": " + network(uri, cause), cause);
    }

    private static String network(URI uri, IOException cause) {
        String place = place(uri);
        if (has(cause, UnresolvedAddressException.class).isPresent()
                || has(cause, UnknownHostException.class).isPresent()) {
            return "the host name of " + place + " is unknown (DNS)";
        }
        if (has(cause, HttpConnectTimeoutException.class).isPresent()) {
            return "no connection to " + place + " in time";
        }
        if (has(cause, HttpTimeoutException.class).isPresent()) {
            return place + " gives " + text(cause);
        }
        if (has(cause, NoRouteToHostException.class).isPresent()) {
            return "no route to " + place;
        }
        if (has(cause, ConnectException.class).isPresent()) {
            return "connection refused by " + place;
        }
        if (has(cause, SocketException.class).isPresent()) {
            return "connection to " + place + ": " + text(cause);
        }
        return place + ": " + text(cause);
    }

    private static String tls(URI uri, IOException cause) {
        String text = text(cause);
        if (text.toLowerCase(Locale.ROOT).contains("unrecognized ssl message")) {
            return place(uri) + " does not speak TLS; if it is to be used without, set insecure = true for it in"
                    + " registries.conf";
        }
        if (text.contains("PKIX") || text.contains("unable to find valid certification path")) {
            return "the certificate of " + place(uri) + " is not signed by a CA that is trusted here; put its CA into"
                    + " certs.d/" + uri.getRawAuthority() + "/ca.crt (" + text + ")";
        }
        return "TLS with " + place(uri) + ": " + text;
    }

    private static String place(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        if (message != null && !message.isEmpty()) {
            return message;
        }
        return failure.getCause() == null ? failure.getClass().getSimpleName() : text(failure.getCause());
    }

    private static <T extends Throwable> Optional<T> has(Throwable failure, Class<T> kind) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return Optional.of(kind.cast(at));
            }
        }
        return Optional.empty();
    }

    /** The registry refused; reads the body of the answer. */
    static CriusException of(String doing, Answer answer) {
        String text = doing + ": " + said(answer);
        return switch (answer.status()) {
            case 401, 403 -> new CriusException.PermissionDenied(text);
            case 407 ->
                new CriusException.FailedPrecondition(text
                        + "; it is the proxy that refuses, look at user and password in HTTPS_PROXY and HTTP_PROXY");
            case 404 -> new CriusException.NotFound(text);
            case 429 -> new CriusException.ResourceExhausted(text);
            case 502, 503, 504 -> new CriusException.Unavailable(UNAVAILABLE + text);
            case 408, 500 -> new CriusException.Unavailable(text);
            default -> new CriusException.Failed(text);
        };
    }

    /** Spec: distribution-spec, "Error Codes". Compat: the first error counts; other bodies are quoted shortly. */
    private static String said(Answer answer) {
        byte[] body;
        try {
            body = answer.bytes(LARGEST_ERROR);
        } catch (IOException _) {
            body = new byte[0];
        }
        String said = registryError(body).orElse("StatusCode: " + answer.status() + quoted(body));
        return said + challengeError(answer);
    }

    private static Optional<String> registryError(byte[] body) {
        try {
            List<JsonObject> errors = Json.parseObject(body, "error").objects("errors");
            return errors.stream().findFirst().map(RegistryFailure::message);
        } catch (CriusException.InvalidArgument _) {
            return Optional.empty();
        }
    }

    private static String message(JsonObject error) {
        String code = error.string("code").orElse("").toLowerCase(Locale.ROOT).replace('_', ' ');
        String message = error.string("message").orElse("");
        if (message.isEmpty() || message.equalsIgnoreCase(code)) {
            return code;
        }
        return code.isEmpty() ? message : code + ": " + message;
    }

    private static String challengeError(Answer answer) {
        if (answer.status() != 401) {
            return "";
        }
        Optional<Challenge> challenge = Challenge.choose(answer.headers().allValues("WWW-Authenticate"));
        String description = challenge
                .map(one -> one.parameter("error_description"))
                .filter(text -> !text.isEmpty())
                .or(() -> challenge.map(one -> one.parameter("error")))
                .orElse("");
        return description.isEmpty() ? "" : " (" + description + ")";
    }

    private static String quoted(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String start = text.length() > QUOTED ? text.substring(0, QUOTED) + "..." : text;
        return start.isEmpty() ? "" : ", \"" + start + "\"";
    }
}
