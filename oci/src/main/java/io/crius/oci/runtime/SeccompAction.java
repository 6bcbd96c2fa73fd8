package io.crius.oci.runtime;

import io.crius.model.CriusException;
import java.util.Arrays;

/** What a seccomp filter does with a call. */
public enum SeccompAction {
    ALLOW,
    ERRNO,
    KILL,
    KILL_PROCESS,
    KILL_THREAD,
    LOG,
    NOTIFY,
    TRACE,
    TRAP;

    private static final String PREFIX = "SCMP_ACT_";

    /** As {@code SCMP_ACT_ERRNO}. */
    public String word() {
        return PREFIX + name();
    }

    public static SeccompAction parse(String word) {
        return Arrays.stream(values())
                .filter(action -> word.equals(action.word()))
                .findFirst()
                .orElseThrow(() -> new CriusException.InvalidArgument("unknown seccomp action \"" + word + "\""));
    }
}
