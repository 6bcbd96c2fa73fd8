package io.crius.bench;

/** What brings images from a registry into a store, and what was measured on it. */
interface Puller extends AutoCloseable {
    String name();

    Results results();

    void pull(String image) throws Exception;

    void remove(String image) throws Exception;

    @Override
    void close() throws Exception;
}
