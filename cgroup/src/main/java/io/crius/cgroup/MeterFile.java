package io.crius.cgroup;

import java.util.Optional;

/** One file of a cgroup that is read again and again. Not thread-safe. */
interface MeterFile extends AutoCloseable {
    /**
     * The text of the file as it is now; empty unless it is there.
     *
     * @param buffer where bytes are read to; its content means nothing before and after
     */
    Optional<String> read(byte[] buffer);

    @Override
    void close();
}
