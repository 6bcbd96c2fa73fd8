package io.crius.image.trust.policy;

/** The content of one key file or of one inline key, with the name to call it by. The bytes are shared, not copied. */
public final class KeyMaterial {
    private final String name;
    private final byte[] content;

    public KeyMaterial(String name, byte[] content) {
        this.name = name;
        this.content = content;
    }

    public String name() {
        return name;
    }

    public byte[] content() {
        return content;
    }

    @Override
    public String toString() {
        return name;
    }
}
