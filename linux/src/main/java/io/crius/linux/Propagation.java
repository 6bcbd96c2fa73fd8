package io.crius.linux;

/** How mount events travel between copies of a mount. Kernel: mount_namespaces(7). */
public enum Propagation {
    PRIVATE(1 << 18),
    SLAVE(1 << 19),
    SHARED(1 << 20);

    private final int bits;

    Propagation(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
