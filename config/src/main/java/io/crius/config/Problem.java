package io.crius.config;

/**
 * Something wrong with a source.
 *
 * @param key the full key, or empty where the problem has none
 */
record Problem(Origin origin, String key, String message) {
    @Override
    public String toString() {
        return origin + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
