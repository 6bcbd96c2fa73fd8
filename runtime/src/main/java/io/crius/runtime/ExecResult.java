package io.crius.runtime;

import java.nio.charset.StandardCharsets;

/**
 * How a command in a container ended.
 *
 * <p>The arrays are this record's own; whoever holds the result may use but must not change them.
 *
 * @param exitCode the command's exit code; 128 + signal where a signal ended it; -1 where the timeout did
 * @param stdout what it wrote, as it is, up to the request's limit
 */
@SuppressWarnings("ArrayRecordComponent") // up to 16 MiB each: handed on to the wire without a copy
public record ExecResult(int exitCode, byte[] stdout, byte[] stderr, Completeness completeness) {
    /** Whether output was dropped because of the limit. */
    public enum Completeness {
        COMPLETE,
        TRUNCATED
    }

    /** Compat: the exit code of a command that ran out of time; kubelet knows it by the text of standard error. */
    public static final int TIMED_OUT = -1;

    /** Spec: cri-api ExecSyncResponse has no field for a timeout; kubelet looks for exactly this text. */
    public static ExecResult timedOut() {
        return new ExecResult(
                TIMED_OUT, new byte[0], "command timed out".getBytes(StandardCharsets.UTF_8), Completeness.COMPLETE);
    }
}
