package io.crius.image.trust.signature;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An OpenPGP message that holds the claim ("simple signing"). The bytes are shared, not copied: nobody changes them. */
public final class SimpleSignature implements ImageSignature {
    private static final int PACKET = 0x80;
    private static final int NEW_FORMAT = 0x40;

    /** Spec: RFC 9580, section 5: signature, one-pass signature, compressed data. */
    private static final Set<Integer> FIRST_PACKETS = Set.of(2, 4, 8);

    private final byte[] message;

    public SimpleSignature(byte[] message) {
        this.message = message;
    }

    static boolean isOpenPgp(byte first) {
        int tag = (first & NEW_FORMAT) != 0 ? first & 0x3F : (first & 0x3C) >> 2;
        return (first & PACKET) != 0 && FIRST_PACKETS.contains(tag);
    }

    @Override
    public byte[] blob() {
        return message;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SimpleSignature that && Arrays.equals(message, that.message);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(message);
    }

    @Override
    public String toString() {
        return "OpenPGP message of " + message.length + " bytes";
    }
}
