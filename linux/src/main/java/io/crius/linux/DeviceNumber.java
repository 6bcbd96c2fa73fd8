package io.crius.linux;

/** The numbers of a device. */
public record DeviceNumber(long major, long minor) {
    /** As mknod(2) takes them. */
    long encoded() {
        return (minor & 0xFF) | (major & 0xFFF) << 8 | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
    }
}
