package io.crius.oci.runtime;

import io.crius.model.CriusException;
import java.util.Arrays;

/** A kind of Linux namespace, by its name in config.json. */
public enum NamespaceType {
    PID("pid"),
    NETWORK("network"),
    MOUNT("mount"),
    IPC("ipc"),
    UTS("uts"),
    USER("user"),
    CGROUP("cgroup"),
    TIME("time");

    private final String word;

    NamespaceType(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    static NamespaceType parse(String word) {
        return Arrays.stream(values())
                .filter(type -> type.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new CriusException.InvalidArgument("unknown namespace type \"" + word + "\""));
    }
}
