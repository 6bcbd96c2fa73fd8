package io.crius.linux;

import java.io.IOException;

/** Work that may fail with an I/O error. */
@FunctionalInterface
public interface IoCallable<T> {
    T call() throws IOException;
}
