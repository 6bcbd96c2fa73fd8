package io.crius.config;

/** How a runtime is driven: by conmon, by conmon-rs, or as a containerd shim. */
public enum RuntimeType {
    OCI("oci"),
    POD("pod"),
    VM("vm");

    private final String word;

    RuntimeType(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }
}
