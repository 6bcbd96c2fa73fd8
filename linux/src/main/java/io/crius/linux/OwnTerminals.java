package io.crius.linux;

import java.util.Optional;

/** The terminals that this process has open. Only people's commands have any. Thread-safe. */
public interface OwnTerminals {
    /** In characters. */
    record Size(int columns, int rows) {}

    /** A terminal whose keys go to the program as they are. Closing it gives back what was before; twice is once. */
    interface Raw extends AutoCloseable {
        @Override
        void close();
    }

    /** The kernel's. Nothing native is loaded until it is used. */
    static OwnTerminals real() {
        return new KernelOwnTerminals();
    }

    /** The size of the terminal behind a descriptor of this process; empty when there is no terminal. */
    Optional<Size> size(int descriptor);

    /** Lets all keys through: no echo, no lines, no signals. Blocks until what was written has been shown. */
    Raw raw(int descriptor) throws ErrnoException;
}
