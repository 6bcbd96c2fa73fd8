package io.crius.image.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request that changes nothing at the other side, so that it may be sent again.
 *
 * @param headers besides those that every request has
 * @param form the body of a POST; absent for others
 * @param downgrade whether a redirect may lead from TLS to plain HTTP
 * @param weight how much comes
 */
record Request(
        Method method, URI uri, List<Header> headers, Optional<String> form, Downgrade downgrade, Weight weight) {
    record Header(String name, String value) {}

    enum Method {
        GET,
        HEAD,
        POST
    }

    enum Downgrade {
        /** Somebody checks the digest of what comes. */
        ALLOWED,
        REFUSED
    }

    enum Weight {
        /** It shares a connection with others where the server can do that. For answers that are short and read at once. */
        LIGHT,
        /**
         * It has a connection of its own, with a window and a TLS state of its own. Safety: what comes while nobody reads it
         * stays with the kernel; of HTTP/2 the JDK would keep it on the heap.
         */
        HEAVY
    }

    Request {
        headers = List.copyOf(headers);
    }

    static Request get(URI uri) {
        return get(uri, List.of());
    }

    static Request get(URI uri, List<Header> headers) {
        return new Request(Method.GET, uri, headers, Optional.empty(), Downgrade.REFUSED, Weight.LIGHT);
    }

    static Request head(URI uri) {
        return new Request(Method.HEAD, uri, List.of(), Optional.empty(), Downgrade.REFUSED, Weight.LIGHT);
    }

    static Request post(URI uri, String form) {
        return new Request(Method.POST, uri, List.of(), Optional.of(form), Downgrade.REFUSED, Weight.LIGHT);
    }

    Request with(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Request(method, uri, more, form, downgrade, weight);
    }

    Request withDowngrade(Downgrade allowed) {
        return new Request(method, uri, headers, form, allowed, weight);
    }

    Request withWeight(Weight expected) {
        return new Request(method, uri, headers, form, downgrade, expected);
    }

    /**
     * The same for another place. Safety: credentials are for the place that they were meant for, and so is a form, which
     * holds some: elsewhere the question is put without it.
     */
    Request redirectedTo(URI target) {
        if (isSamePlace(target)) {
            return new Request(method, target, headers, form, downgrade, weight);
        }
        List<Header> kept = headers.stream()
                .filter(header -> !header.name().equalsIgnoreCase("Authorization"))
                .toList();
        return new Request(form.isPresent() ? Method.GET : method, target, kept, Optional.empty(), downgrade, weight);
    }

    private boolean isSamePlace(URI target) {
        return uri.getScheme().equals(target.getScheme())
                && uri.getRawAuthority().equals(target.getRawAuthority());
    }
}
