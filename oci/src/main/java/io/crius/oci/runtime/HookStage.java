package io.crius.oci.runtime;

/** When a hook runs. Spec: runtime-spec config.md, "POSIX-platform Hooks". */
public enum HookStage {
    PRESTART("prestart"),
    CREATE_RUNTIME("createRuntime"),
    CREATE_CONTAINER("createContainer"),
    START_CONTAINER("startContainer"),
    POSTSTART("poststart"),
    POSTSTOP("poststop");

    private final String key;

    HookStage(String key) {
        this.key = key;
    }

    /** As it stands in JSON. */
    public String key() {
        return key;
    }
}
