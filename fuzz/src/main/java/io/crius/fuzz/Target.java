package io.crius.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** One parser. Used by one thread. */
public interface Target extends AutoCloseable {
    /** Lower case, as on the command line and in {@code corpus}. */
    String name();

    /**
     * Parses the input and checks what must be true of anything that was accepted. Refuses by a {@code CriusException}, an
     * {@code IOException} or a {@code RejectedException}, each with a message; everything else is a finding.
     */
    void parse(byte[] input) throws Exception;

    /** Inputs to begin with, good ones and hostile ones; at least one. */
    List<byte[]> seeds();

    /** Pieces that mean something to the parser. */
    default List<String> words() {
        return List.of();
    }

    /** How many bytes belong together: 1, or the size of blocks. */
    default int grain() {
        return 1;
    }

    /** The input with checksums put right, so that mutations get past them. */
    default byte[] repaired(byte[] input) {
        return input;
    }

    /** Seeds out of texts. */
    static List<byte[]> texts(String... texts) {
        return List.of(texts).stream().map(text -> text.getBytes(UTF_8)).toList();
    }

    @Override
    default void close() {}
}
