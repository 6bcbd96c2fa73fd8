package io.crius.server.inspect;

/** Answers questions over HTTP. Thread-safe; never waits. */
@FunctionalInterface
public interface Inspection {
    Answer answer(Query query);
}
