package io.crius.linux;

/** A wish to be told something; closing withdraws it. A call that has begun already is not awaited. */
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
