package io.crius.server.inspect;

/**
 * A question over HTTP.
 *
 * @param path decoded, without the query
 * @param wantsJson whether the caller prefers JSON where there is text for people as well
 */
public record Query(String path, boolean wantsJson) {}
