package io.crius.runtime.process;

/** Takes what a process writes, in order. */
@FunctionalInterface
public interface Output {
    /** Takes the first {@code length} bytes; the array is the caller's again afterwards. */
    void accept(byte[] bytes, int length);
}
