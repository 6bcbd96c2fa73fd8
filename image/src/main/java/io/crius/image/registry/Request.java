package io.crius.image.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request that changes nothing at the other side, so that it may be sent again.
 *
 * @param headers besides those that every request has
 * @param form the body of a POST; absent for a GET
 * @param downgrade whether a redirect may lead from TLS to plain HTTP
 */
record Request(URI uri, List<Header> headers, Optional<String> form, Downgrade downgrade) {
    record Header(String name, String value) {}

    enum Downgrade {
        /** Somebody checks the digest of what comes. */
        ALLOWED,
        REFUSED
    }

    Request {
        headers = List.copyOf(headers);
    }

    static Request get(URI uri) {
        return get(uri, List.of());
    }

    static Request get(URI uri, List<Header> headers) {
        return new Request(uri, headers, Optional.empty(), Downgrade.REFUSED);
    }

    static Request post(URI uri, String form) {
        return new Request(uri, List.of(), Optional.of(form), Downgrade.REFUSED);
    }

    Request with(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Request(uri, more, form, downgrade);
    }

    Request withDowngrade(Downgrade allowed) {
        return new Request(uri, headers, form, allowed);
    }

    /** The same for another place. Safety: credentials are for the place that they were meant for. */
    Request redirectedTo(URI target) {
        List<Header> kept = isSamePlace(target)
                ? headers
                : headers.stream()
                        .filter(header -> !header.name().equalsIgnoreCase("Authorization"))
                        .toList();
        return new Request(target, kept, form, downgrade);
    }

    private boolean isSamePlace(URI target) {
        return uri.getScheme().equals(target.getScheme())
                && uri.getRawAuthority().equals(target.getRawAuthority());
    }
}
