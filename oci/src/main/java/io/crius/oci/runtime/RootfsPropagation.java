package io.crius.oci.runtime;

import io.crius.model.CriusException;
import java.util.Arrays;
import java.util.Locale;

/** How mounts travel between the host and the container's root. */
public enum RootfsPropagation {
    SHARED,
    SLAVE,
    PRIVATE,
    UNBINDABLE,
    RSHARED,
    RSLAVE,
    RPRIVATE,
    RUNBINDABLE;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static RootfsPropagation parse(String word) {
        return Arrays.stream(values())
                .filter(one -> one.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new CriusException.InvalidArgument("unknown mount propagation \"" + word + "\""));
    }
}
